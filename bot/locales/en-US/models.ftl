# `/models`: what each model can do and what it costs. `$price` is an amount of US dollars such as 0.06.

command-models = What the models can do and what they cost
option-models-model = One model, with all that it takes

models-title = Models
models-footer = RunAPI's prices for one request. Name a model after /models to see all that it takes.
models-page = Page { $page } of { $pages }

price-unknown = price unknown
price-exactly = ${ $price }
price-from = from ${ $price }
price-between = ${ $lowest } to ${ $highest }
price-with-value = { $value } ${ $price }
price-with-count = { $count } at once ${ $price }

models-make = **Make** · { $price }
models-edit = **Edit** · { $price } · { $pictures ->
        [one] one picture
       *[other] up to { $pictures } pictures
    }
models-default = default
models-sizes = any size
models-at-once = up to { $count } at once
models-mask = takes a mask

models-section-make = **Make** with `/imagine` · { $price }
models-section-edit = **Edit** with `/edit` · { $price }
models-also-called = also found as { $names }
models-prompt = { $limit } characters at most
models-image = { $pictures ->
        [one] one picture
       *[other] one to { $pictures } pictures
    }
models-mask-optional = where to change it
models-mask-required = where to change it; this model needs one
models-number = a whole number from { $low } to { $high }
models-text = { $limit } characters at most
models-or-another-size = or another size
models-free = anything
models-rule = `{ $option }` { $value } does not go with `{ $other }` { $values }.
models-legend = Bold is what you get when you leave an option out.
