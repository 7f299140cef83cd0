# More: a result's whole request, and its pictures as they were made.

button-more = More

more-title = Request `{ $id }` by { $author }
more-asked = asked for { $when }
more-finished = finished { $when }
more-edits = edits { $count ->
        [one] one picture
       *[other] { $count } pictures
    }
more-in-file = The request cannot be shown here as it is, so it is in the attached file.

more-attached = { $count ->
        [one] The original is attached.
       *[other] The originals are attached.
    }
more-link = Picture { $number }: [the original]({ $url }), kept until { $until }.
more-long-link = Picture { $number }: the address of the original is in the attached file; it is kept there until { $until }.
more-gone = Picture { $number }: the original is no longer kept. What the reply shows is what is left of it.
more-too-large = Picture { $number }: the original is too large to be attached here, and its link has ended. What the reply shows is what is left of it.
more-deleted = The pictures were deleted.
