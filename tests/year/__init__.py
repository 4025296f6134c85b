"""A simulated school year: the real rules, the real store, a virtual clock and invented people.

`python -m tests.year` runs a municipality of 11 clubs, 9 schools, 30 loser and 400 cases from
August 2026 to June 2027 and prints one verdict. The same seed sends the same messages.
"""
