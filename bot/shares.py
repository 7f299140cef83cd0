"""How a request's pictures are shared out among its tasks: it follows from how many of each there are."""


def shares(pictures: int, tasks: int) -> tuple[int, ...]:
    """Return how many pictures each of a request's tasks is to make, as evenly as can be, the larger shares first."""
    each, more = divmod(pictures, tasks)
    return tuple(each + (place < more) for place in range(tasks))


def numbers(pictures: int, tasks: int, task: int) -> range:
    """Return the numbers, from 1, of the pictures that task number `task` (from 1) of a request is to make."""
    before = shares(pictures, tasks)[:task]
    return range(sum(before[:-1]) + 1, sum(before) + 1)
