-- migration: 6 source_account
-- Written by `okapi db migration new` from the declarations; {schema} and {live} stand for the source's schemas.
-- Once applied anywhere, this file never changes: the runner compares checksums.

alter table {schema}._source add column account_id text;
