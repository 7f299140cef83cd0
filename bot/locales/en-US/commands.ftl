# Names that Discord shows in its command picker: a description has at most 100 characters.

command-imagine = Make a picture from a prompt
command-edit = Edit one to four pictures with a prompt
command-usage = What you made, what it cost and what you have left
command-help = How to make and edit pictures

option-imagine-prompt = What the picture should show
option-edit-prompt = What to change, for example “make it snow”
option-model = Which model makes it
option-aspect-ratio = Width to height
option-negative-prompt = What should not be in the picture
option-resolution = How large; more costs more
option-size = Width and height in pixels, for example 1024x1024
option-count = How many pictures: up to 4, with some models more
option-seed = The same prompt and seed give the same picture
option-private = Show it only to you
option-image = The picture to edit: PNG, JPEG or WebP
option-more-images = Another picture to use
option-mask = Where to change it: a PNG of the first picture’s size, clear where the model may paint
