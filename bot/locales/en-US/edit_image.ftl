# Editing the pictures of any message: what can be edited, and the form in which somebody says how.

image-is-video = “{ $name }” is a video, and I can edit only still pictures. Send a PNG, JPEG or WebP.
sticker-moves = The sticker “{ $name }” is animated, and I can edit only still pictures. Send a PNG, JPEG or WebP.
