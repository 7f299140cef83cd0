# Answers to messages that mention the bot or reply to it.

help-mention = **Reply** · reply to a picture and mention me with what to change, or attach the picture to your message. In direct messages no mention is needed.

reply-help = To edit a picture, reply to it, or attach it, and mention me with what to change. To make a new one, use `/imagine`.
reply-help-direct = To edit a picture, reply to it, or attach it, and write what to change. To make a new one, use `/imagine`.
reply-no-prompt = Write in the same message what to change, for example: make it snow.
reply-no-picture = There is no picture in the message that you replied to. Reply to one that has one, or attach the picture to your message.
reply-deleted = The message that you replied to was deleted. Attach the picture to your message instead.
reply-unreadable = Discord does not show me what others post: use **Apps > Edit image** on that message (right-click it, or hold it), or attach the picture to your message.
reply-closed = I may not read the messages in this channel. Attach the picture to your message instead.
reply-later = Discord did not show me that message just now. Try again in a minute.
reply-unfinished = That picture is not finished yet. Reply to it once it is completed.
reply-made-nothing = That request made no picture. Reply to one that did, or attach a picture to your message.

reply-left-out = { $model } edits { $limit ->
        [one] one picture
       *[other] { $limit } pictures
    } at once, so this was left out: { $names }
answer-refused = I may not write in { $channel }, so I did not start. Nothing was charged.
