-- migration: 4 bronze_parts
-- Written by `okapi db migration new` from the declarations; {schema} and {live} stand for the source's schemas.
-- Once applied anywhere, this file never changes: the runner compares checksums.

create table {schema}._bronze_parts (
  part text not null,
  bytes bigint not null,
  lines bigint not null,
  first_run_id text,
  last_run_id text,
  updated_at timestamptz,
  primary key (part)
);
