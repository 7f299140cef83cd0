# What is said when a prompt, a model or an option does not fit.

catalog-prompt-empty = The prompt is empty. Say in a few words what the picture should show.
catalog-prompt-no-words = There is no word in that prompt. Describe the picture in words: models cannot read emoji or mentions alone.
catalog-prompt-too-long = That prompt has { $length } characters; { $model } takes { $limit } at most. Shorten it and send it again.
catalog-unknown-model = There is no model called “{ $model }”. These work here: { $models }.
catalog-cannot-text-to-image = { $model } cannot make a picture from text alone. These can: { $models }.
catalog-cannot-edit-image = { $model } cannot edit pictures. These can: { $models }.
catalog-none-can-text-to-image = No model that makes pictures from text is turned on here. The bot’s operator can turn one on.
catalog-none-can-edit-image = No model that edits pictures is turned on here. The bot’s operator can turn one on.
catalog-takes-none = { $model } has no option `{ $option }`: it takes none.
catalog-not-taken = { $model } has no option `{ $option }`. It takes: { $options }.
catalog-bad-value = { $model } does not take `{ $option }` { $value }. It takes: { $allowed }.
catalog-bad-combination = { $model } cannot combine `{ $option }` { $value } with `{ $other }` { $other_value }. With that, `{ $option }` can be: { $allowed }.
catalog-bad-size = { $value } is not a `{ $option }` that fits. Give width and height such as 1024x1024, each from { $low } to { $high }.
catalog-out-of-range = `{ $option }` must be a whole number from { $low } to { $high }.
catalog-text-too-long = `{ $option }` has { $length } characters; { $limit } is the most.
catalog-too-many-sources = { $model } takes { $limit } { $limit ->
        [one] picture
       *[other] pictures
    } at a time; you gave { $count }.
catalog-no-mask = { $model } takes no mask. Leave it out and say in the prompt what to change.
catalog-mask-needed = { $model } edits only where a mask says so. Add a `mask`: a PNG of the picture’s size, clear where it may paint.
mask-differs = The mask is { $mask } pixels and the picture { $picture }. Make them the same size.
