-- A session may also end because nobody used it: its idle time runs from the last refresh.

alter table sessions add column idle_seconds integer check (idle_seconds > 0);

-- When a session is over, unless somebody ends it before.
create function session_end(s sessions) returns timestamptz
  language sql stable parallel safe
  return least(s.expires_at, s.refreshed_at + s.idle_seconds * interval '1 second');

create or replace function find_sessions(environment_ids uuid[], ids uuid[])
  returns table (
    id uuid, user_id uuid, active boolean, active_organization_id uuid, role text,
    environment_id uuid, environment_name text, settings jsonb, project_id uuid, project_slug text,
    environment_created_at timestamptz, environment_updated_at timestamptz
  )
  language sql stable security definer set search_path = claviger, pg_temp
as $$
  select s.id, s.user_id, s.ended_at is null and session_end(s) > instant(), s.active_organization_id, m.role,
         e.id, e.name, e.settings, p.id, p.slug, e.created_at, e.updated_at
  from unnest(environment_ids, ids) as wanted (environment_id, id)
  join sessions s on s.environment_id = wanted.environment_id and s.id = wanted.id
  join environments e on e.id = s.environment_id
  join projects p on p.id = e.project_id
  left join memberships m
    on m.environment_id = s.environment_id and m.organization_id = s.active_organization_id and m.user_id = s.user_id
  where p.deleted_at is null
$$;
