-- The look-up of every request with a key keeps its plan: made for each call, it took longer than the look-up itself.
-- Without sequential scans, because it may be made while there are few keys.
create or replace function find_secret_keys(hashes bytea[])
  returns table (
    hash bytea, id uuid, kind text, permissions text[], status text,
    deprecated_at timestamptz, grace_period_ends_at timestamptz,
    rate_limit_per_minute integer, rate_limit_per_hour integer,
    environment_id uuid, environment_name text, settings jsonb, project_id uuid, project_slug text,
    environment_created_at timestamptz, environment_updated_at timestamptz
  )
  language plpgsql stable security definer
  set search_path = claviger, pg_temp set enable_seqscan = off set plan_cache_mode = force_generic_plan
as $$
#variable_conflict use_column
begin
  return query
  select k.hash, k.id, k.kind, k.permissions, secret_key_status(k),
         k.deprecated_at, k.grace_period_ends_at, k.rate_limit_per_minute, k.rate_limit_per_hour,
         e.id, e.name, e.settings, p.id, p.slug, e.created_at, e.updated_at
  from secret_keys k
  join environments e on e.id = k.environment_id
  join projects p on p.id = e.project_id
  where k.hash = any(hashes) and p.deleted_at is null;
end
$$;
