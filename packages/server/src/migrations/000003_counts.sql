-- Exact totals that stay cheap at a million rows. A statement-level trigger keeps them in the
-- transaction that changes the rows; sixteen shards an environment and noun keep writers apart.

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

create function count_added() returns trigger language plpgsql as $$
begin
  insert into counts (environment_id, noun, shard, n)
  select environment_id, tg_argv[0], pg_backend_pid() % 16, count(*) from added group by environment_id
  on conflict (environment_id, noun, shard) do update set n = counts.n + excluded.n;
  return null;
end
$$;

create function count_removed() returns trigger language plpgsql as $$
begin
  insert into counts (environment_id, noun, shard, n)
  select environment_id, tg_argv[0], pg_backend_pid() % 16, -count(*) from removed
  where exists (select from environments e where e.id = environment_id)
  group by environment_id
  on conflict (environment_id, noun, shard) do update set n = counts.n + excluded.n;
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
