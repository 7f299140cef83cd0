# Editing the pictures of any message: what can be edited, and the form in which somebody says how.

image-is-video = “{ $name }” is a video, and I can edit only still pictures. Send a PNG, JPEG or WebP.
sticker-moves = The sticker “{ $name }” is animated, and I can edit only still pictures. Send a PNG, JPEG or WebP.

own-picture-deleted = That picture was deleted, so I cannot edit it any more.
own-picture-gone = I do not have that picture any more, and neither Discord nor RunAPI gives it to me. If you still see it, save it and attach it to /edit.

command-edit-image = Edit image
button-edit = Edit
button-adjust = Adjust

edit-no-picture = That message has no picture that I can see. Pick one that shows a PNG, JPEG or WebP.
edit-unfinished = That picture is not finished yet. Try again when it is.
edit-made-nothing = That request made no picture, so there is nothing to edit.

# A modal's title and its labels have at most 45 characters.
form-title = Edit image
form-pictures = Pictures
form-prompt = What to change
form-prompt-example = For example: make it snow
form-model = Model
form-aspect-ratio = Aspect ratio
form-resolution = Resolution
form-as-it-is = As the model has it
form-size = { $width }×{ $height } pixels
form-gone = That form was opened too long ago, and I do not know its pictures any more. Open it again with Apps > Edit image. You wrote:
    { $prompt }
form-typed = You wrote:
    { $prompt }
form-gone-unsent = That form was opened too long ago, and I do not know its pictures any more. Open it again with Apps > Edit image.
form-of-another = That form is somebody else's. Use Apps > Edit image on the picture for one of your own.
