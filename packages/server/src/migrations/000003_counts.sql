-- Exact totals that stay cheap at a million rows. A statement-level trigger keeps them in the
-- transaction that changes the rows; as many shards as there were writers at once keep them apart.

create table counts (
  environment_id uuid not null references environments on delete cascade,
  noun text not null,
  shard smallint not null,
  n bigint not null,
  primary key (environment_id, noun, shard)
) with (fillfactor = 50);

select protect('counts');
-- Totals are kept by adding; nobody removes one.
revoke delete on counts from claviger_app;

-- Adds to the total of a noun on a shard that nobody holds, or on a new one. It never waits, so counting
-- can neither slow two writers down nor lock them against each other, in whatever order they count.
create function add_to_count(counted_environment uuid, counted_noun text, difference bigint) returns void
  language plpgsql as $$
declare
  free_shard smallint;
begin
  select shard into free_shard from counts
    where environment_id = counted_environment and noun = counted_noun
    limit 1 for update skip locked;
  insert into counts (environment_id, noun, shard, n)
    values (counted_environment, counted_noun, coalesce(free_shard, (random() * 32767)::smallint), difference)
    on conflict (environment_id, noun, shard) do update set n = counts.n + excluded.n;
end
$$;

create function count_added() returns trigger language plpgsql as $$
begin
  perform add_to_count(environment_id, tg_argv[0], count(*)) from added group by environment_id;
  return null;
end
$$;

create function count_removed() returns trigger language plpgsql as $$
begin
  -- When an environment goes, its totals go with it.
  perform add_to_count(environment_id, tg_argv[0], -count(*)) from removed
    where exists (select from environments e where e.id = environment_id)
    group by environment_id;
  return null;
end
$$;

-- Keeps the total of a table's rows. Only migrations call it.
create function keep_count(tenant_table regclass) returns void language plpgsql as $$
begin
  execute format(
    'create trigger count_added after insert on %s referencing new table as added '
    'for each statement execute function count_added(%L)', tenant_table, tenant_table);
  execute format(
    'create trigger count_removed after delete on %s referencing old table as removed '
    'for each statement execute function count_removed(%L)', tenant_table, tenant_table);
end
$$;
revoke all on function keep_count from public;
