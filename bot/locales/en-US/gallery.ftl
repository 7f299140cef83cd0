# Stars, and the gallery of pictures that have enough of them.

star-which = Which of them do you star? Choose as many as you like; what you leave out you take back.
star-none = None
star-picture = Picture { $number }
star-chosen = { $count ->
        [0] You star none of them now.
        [one] ⭐ You star picture { $numbers } now.
       *[other] ⭐ You star pictures { $numbers } now.
    }
star-given = ⭐ You starred `{ $id }`, which has { $count ->
        [one] one star
       *[other] { $count } stars
    } now. Press again to take it back.
star-taken = You took your star for `{ $id }` back; it has { $count ->
        [0] none
        [one] one star
       *[other] { $count } stars
    } now.
star-own = You cannot star a picture of your own here.
star-no-gallery = This server has no gallery any more, so there is nothing to star for.
star-gone = That picture was deleted, so it cannot be starred.
star-elsewhere = That picture is not one that this server sees, so it cannot be starred here.

gallery-line = ⭐ **{ $stars }** · { $artist } · { $model }
button-gallery-withdraw = Withdraw
only-artist-withdraws = Only <@{ $author }>, or who may manage messages here, can take that picture out of the gallery.
gallery-withdrawn = That picture is not shown in the gallery any more. It stays where it was made.

command-privacy-gallery = How your pictures may be shown in galleries
option-gallery-show = What galleries may show of you; leave it out to see how it is
choice-gallery-show = My pictures with their prompts
choice-gallery-unprompted = My pictures without their prompts
choice-gallery-never = Nothing of mine
privacy-gallery-show = Pictures of yours that get enough stars may be shown in the server’s gallery, with their prompts. `/privacy gallery` changes that.
privacy-gallery-unprompted = Pictures of yours that get enough stars may be shown in the server’s gallery, without their prompts. `/privacy gallery` changes that.
privacy-gallery-never = Your pictures are not shown in galleries, and those that were there go. `/privacy gallery` changes that.
