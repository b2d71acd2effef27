"""How an older store becomes one of today: a file for each schema version, which alembic runs in order.

Whoever changes `tables` counts SCHEMA_VERSION up and adds `revision_N.py` here. It says what changes in the words of
alembic's operations and never imports `tables`, which will have moved on when it is run. A file that was released
does not change any more. A new store is made from `tables` at once; a test holds both ways to the same schema.
"""
