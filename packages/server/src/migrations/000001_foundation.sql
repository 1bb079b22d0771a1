-- The ground of the second wall around an environment: a role that neither owns the tables nor
-- bypasses row-level security, and one place that says which environment a statement is for.

do $$
begin
  if not exists (select from pg_roles where rolname = 'claviger_app') then
    create role claviger_app nologin nobypassrls;
  end if;
  -- Whoever creates a role is a member of it that may not become it, since PostgreSQL 16: so it is tried.
  begin
    set local role claviger_app;
    reset role;
  exception when insufficient_privilege then
    grant claviger_app to current_user;
  end;
end
$$;

grant usage on schema claviger to claviger_app;

-- Trigrams make «part of an address» a look-up instead of a scan.
create extension if not exists pg_trgm;

-- The environment that the current statement is for; null when none was named, so that every
-- policy below then refuses every row.
create function current_environment() returns uuid
  language sql stable parallel safe
  return nullif(current_setting('claviger.environment_id', true), '')::uuid;

-- The instant that every deadline is compared with. Deadlines are the database's, so that the
-- clocks of two nodes never disagree about one; tests move it through the setting.
create function instant() returns timestamptz
  language sql stable parallel safe
  return date_trunc('milliseconds', now())
    + coalesce(nullif(current_setting('claviger.clock_offset_ms', true), '')::bigint, 0)
      * interval '1 millisecond';

-- Builds the second wall around a table that environments own: its rows are there only for statements
-- of their own environment. Only migrations call it.
create function protect(tenant_table regclass) returns void language plpgsql as $$
begin
  execute format('alter table %s enable row level security', tenant_table);
  execute format(
    'create policy own_environment on %s to claviger_app using (environment_id = current_environment()) '
    'with check (environment_id = current_environment())', tenant_table);
  execute format('grant select, insert, update, delete on %s to claviger_app', tenant_table);
end
$$;
revoke all on function protect from public;
