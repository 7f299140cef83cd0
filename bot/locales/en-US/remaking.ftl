# Making a request once more.

model-left = { $model } is no longer offered here, so this cannot be made again as it was. { $remix ->
        [yes] Press Remix to make it with another model
       *[no] Ask for it with another model
    }: { $models }.
sources-gone = The pictures that this edited are no longer kept, so it cannot be made again. Attach them to /edit.
