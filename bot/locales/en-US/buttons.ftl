button-cancel = Cancel
button-reroll = Reroll
button-again = Try again
button-delete = Delete
button-delete-confirmed = Delete it

request-gone = That request is not known to me any more. Use /imagine to make a new picture.
not-cancellable = It is over already, so there is nothing to cancel.
only-author-cancels = Only <@{ $author }> can cancel this.
only-author-deletes = Only <@{ $author }>, or someone who may manage messages here, can delete this.
delete-question = Delete this picture for everyone? That cannot be undone.
deleted = Deleted.
delete-later = Discord does not answer properly right now, so nothing was deleted. Press the button again in a minute.
delete-impossible = Discord does not let me delete that message any more. Its author can: open the message's menu and choose Delete, or dismiss it.
