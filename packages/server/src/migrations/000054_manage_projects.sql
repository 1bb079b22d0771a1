-- Projects are managed by administrators: changed, deleted so that they can be recovered, and removed for good by a
-- job, which is what a row of a project or an environment can be waiting for.

alter table projects
  add column metadata jsonb not null default '{}',
  add column purge_requested_at timestamptz,
  -- How many rows of its environments the job has removed.
  add column purged_rows bigint not null default 0,
  add check (purge_requested_at is null or deleted_at is not null),
  add check (deleted_at is null or not is_default);

-- Only a statement that is in no environment may write here: what a caller of one environment can make the server
-- do stays in it.
alter table projects enable row level security;
create policy projects_read on projects for select to claviger_app using (true);
create policy projects_insert on projects for insert to claviger_app
  with check (current_environment() is null);
create policy projects_update on projects for update to claviger_app
  using (current_environment() is null) with check (current_environment() is null);
grant insert (id, slug, name, metadata, is_default),
      update (name, metadata, is_default, deleted_at, purge_requested_at, updated_at) on projects to claviger_app;

-- An environment that is in no project is found by nobody and waits for its removal; its name is free again.
alter table environments alter column project_id drop not null;
create policy environments_insert on environments for insert to claviger_app
  with check (current_environment() is null);
grant insert (id, project_id, name, settings) on environments to claviger_app;

-- Takes an environment out of its project, unless it is the last one.
create function detach_environment(project uuid, environment uuid) returns boolean
  language plpgsql security definer set search_path = claviger, pg_temp
as $$
begin
  -- One at a time: of the last two that are removed at the same moment one stays.
  perform from projects p where p.id = project for update;
  update environments e set project_id = null, updated_at = instant()
    where e.id = environment and e.project_id = project and current_environment() is null
      and exists (select from environments o where o.project_id = project and o.id <> environment);
  return found;
end
$$;

-- Every table of environments, those first that refer to others, so that a row goes before what it refers to and
-- no deletion cascades to more rows than were counted. A new table is among them by itself. The totals are kept
-- until the environment goes, because the triggers of the other tables still write them.
create function tenant_tables_by_reference() returns setof regclass
  language sql stable
as $$
  with recursive reference as (
    select conrelid as child, confrelid as parent from pg_constraint
    where contype = 'f' and conrelid <> confrelid and connamespace = 'claviger'::regnamespace
  ),
  depth (tenant_table, steps) as (
    select 'claviger.environments'::regclass::oid, 0
    union all
    select child, steps + 1 from depth join reference on parent = tenant_table where steps < 20
  )
  select c.oid::regclass from pg_class c
  join pg_attribute a on a.attrelid = c.oid and a.attname = 'environment_id'
  left join depth d on d.tenant_table = c.oid
  where c.relnamespace = 'claviger'::regnamespace and c.relkind = 'r' and c.relname <> 'counts'
  group by c.oid order by max(d.steps) desc nulls first
$$;
revoke all on function tenant_tables_by_reference from public;

-- Removes the next rows of an environment that waits for it, at last the environment itself; answers how many, and
-- null where none waits. It begins a minute after the environment was gone for callers, when no request that
-- began before is still at work in it. Several workers take an environment each.
create function purge_environment(rows_max integer) returns integer
  language plpgsql security definer set search_path = claviger, pg_temp
as $$
declare
  due record;
  tenant_table regclass;
  rows_left integer := rows_max;
  removed integer;
begin
  select e.id, e.project_id into due
    from environments e left join projects p on p.id = e.project_id
    where e.project_id is null and e.updated_at <= instant() - interval '1 minute'
       or p.purge_requested_at is not null and p.deleted_at <= instant() - interval '1 minute'
    order by e.id limit 1 for no key update of e skip locked;
  if not found then
    return null;
  end if;
  for tenant_table in select * from tenant_tables_by_reference() loop
    execute format(
      'delete from %1$s where ctid = any (array(select ctid from %1$s where environment_id = $1 limit $2))',
      tenant_table) using due.id, rows_left;
    get diagnostics removed = row_count;
    rows_left := rows_left - removed;
    exit when rows_left = 0;
  end loop;
  if rows_left > 0 then
    delete from environments where id = due.id;
  end if;
  update projects set purged_rows = purged_rows + rows_max - rows_left where id = due.project_id;
  return rows_max - rows_left;
end
$$;

-- Removes a project that waits for it and has no environment left.
create function purge_project() returns setof projects
  language sql security definer set search_path = claviger, pg_temp
as $$
  delete from projects where id = (
    select p.id from projects p
    where p.purge_requested_at is not null and p.deleted_at <= instant() - interval '1 minute'
      and not exists (select from environments e where e.project_id = p.id)
    limit 1 for update skip locked)
  returning *
$$;

revoke all on function detach_environment, purge_environment, purge_project from public;
grant execute on function detach_environment, purge_environment, purge_project to claviger_app;
