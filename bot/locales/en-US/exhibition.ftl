# Looking through a gallery, and at artists.

command-gallery = Look through this server’s gallery
option-gallery-artist = Only pictures of this member
option-gallery-model = Only pictures that this model made
option-gallery-when = Only pictures from this time
option-gallery-order = What comes first
choice-gallery-week = The last 7 days
choice-gallery-month = The last 30 days
choice-gallery-all = All
choice-gallery-newest = Newest first
choice-gallery-stars = Most starred first
choice-gallery-random = In random order

gallery-title = The gallery
gallery-top-week = Top of the week
gallery-top-month = Top of the month
gallery-page = Page { $page } of { $pages } · { $total ->
        [one] { $total } picture
       *[other] { $total } pictures
    }
gallery-only-artist = by { $artist }
gallery-only-week = from the last 7 days
gallery-only-month = from the last 30 days
gallery-order-newest = newest first
gallery-order-stars = most starred first
gallery-order-random = in random order
gallery-none = This server has no gallery. Who manages it makes one with `/settings art`.
gallery-empty = There is nothing in the gallery that you can see here yet. Pictures get there by stars: press ☆ under those that you like.
gallery-nothing-found = Nothing in the gallery fits that. Leave an option out to see more.
gallery-forgotten = That search is too old. Use /gallery again.
gallery-open-gone = That picture is not in the gallery any more, or not where you can see it.
gallery-open-link = [go to it in the gallery]({ $link })
button-gallery-back = Back
button-gallery-next = Next
exhibition-alt-unprompted = { $number } `{ $id }`

command-artist = A member’s best pictures, stars, rounds won and favourite models here
option-artist-member = Whose; leave it out to see your own
artist-title = Artist
artist-facts = { $artist } · ⭐ { $stars ->
        [one] one star
       *[other] { $stars } stars
    } · 🏆 { $rounds ->
        [one] one round won
       *[other] { $rounds } rounds won
    }
artist-models = Most made with { $list }
artist-no-pictures = There is no starred picture here that can be shown.
artist-private = { $artist } would rather keep their profile to themselves.
artist-nothing = There is nothing of { $artist } to show here yet.
artist-nothing-own = There is nothing of yours to show here yet, { $artist }. Make something with /imagine.
artist-left = They are not a member of this server any more.
artist-own-shown = Others can see this too, as far as they can look into the channels. `/privacy artist show:False` stops that.
artist-own-private = Only you can see this. `/privacy artist show:True` lets others.
artist-own-kept-out = As you want nothing of yours in galleries, no pictures are shown to them.

command-privacy-artist = Whether others may look at your profile with /artist
option-artist-show = True lets others look, False keeps it to you; leave it out to see how it is
privacy-artist-shown = Others may look at your profile with `/artist`: your best pictures that they could see anyway, your stars, the rounds that you won and your favourite models. `/privacy artist show:False` stops that.
privacy-artist-private = Nobody else can look at your profile with `/artist`. Your pictures stay where they are; `/privacy gallery` is for those in galleries. `/privacy artist show:True` lets others look again.
