-- Keys of services: described, disabled, limited, with an end, and replaced by another without a gap.

alter table secret_keys
  add column description text,
  add column allowed_namespaces text[],
  add column rate_limit_per_minute integer check (rate_limit_per_minute > 0),
  add column rate_limit_per_hour integer check (rate_limit_per_hour > 0),
  add column enabled boolean not null default true,
  -- Whoever made it: an administrator or a key. Not a reference, for who is gone did it all the same.
  add column created_by text,
  add column expires_at timestamptz,
  add column deprecated_at timestamptz,
  add column grace_period_ends_at timestamptz,
  add column replaced_by_id uuid,
  add column uses_since_deprecation bigint not null default 0,
  add column revoked_by text,
  add column revocation_reason text,
  -- Out of sight for good. The row stays: whoever finds such a key must be able to learn what it was.
  add column deleted_at timestamptz,
  -- Without its successor a key was replaced all the same; only a purge removes one, in whatever order.
  add foreign key (environment_id, replaced_by_id) references secret_keys on delete set null (replaced_by_id),
  -- What is deprecated has an end, or nobody would ever have to move.
  add check ((deprecated_at is null) = (grace_period_ends_at is null));

update secret_keys set enabled = false where revoked_at is not null;
update secret_keys set permissions = '{*:read}' where kind = 'publishable';

-- What people recognise a key by must tell it from every other one of the environment.
create unique index secret_keys_prefix on secret_keys (environment_id, prefix);

-- How a key is at this instant, by the clock that every node shares.
create function secret_key_status(key secret_keys) returns text
  language sql stable parallel safe
  return case
    when key.revoked_at is not null or key.deleted_at is not null then 'revoked'
    when least(key.expires_at, key.grace_period_ends_at) <= instant() then 'expired'
    when not key.enabled then 'disabled'
    when key.deprecated_at is not null then 'deprecated'
    else 'active'
  end;

drop function find_secret_keys;
create function find_secret_keys(hashes bytea[])
  returns table (
    hash bytea, id uuid, kind text, permissions text[], status text,
    deprecated_at timestamptz, grace_period_ends_at timestamptz,
    rate_limit_per_minute integer, rate_limit_per_hour integer,
    environment_id uuid, environment_name text, settings jsonb, project_id uuid, project_slug text,
    environment_created_at timestamptz, environment_updated_at timestamptz
  )
  language sql stable security definer set search_path = claviger, pg_temp
as $$
  select k.hash, k.id, k.kind, k.permissions, secret_key_status(k),
         k.deprecated_at, k.grace_period_ends_at, k.rate_limit_per_minute, k.rate_limit_per_hour,
         e.id, e.name, e.settings, p.id, p.slug, e.created_at, e.updated_at
  from secret_keys k
  join environments e on e.id = k.environment_id
  join projects p on p.id = e.project_id
  where k.hash = any(hashes) and p.deleted_at is null
$$;

-- When keys were last used, and how often deprecated ones were; written every few seconds for all environments.
drop function touch_secret_keys;
create function touch_secret_keys(
  environment_ids uuid[], ids uuid[], used_at timestamptz[], deprecated_uses integer[]
) returns void
  language sql security definer set search_path = claviger, pg_temp
as $$
  update secret_keys k set
    last_used_at = greatest(k.last_used_at, u.used_at),
    uses_since_deprecation = k.uses_since_deprecation + u.deprecated_uses
  from unnest(environment_ids, ids, used_at, deprecated_uses)
    as u (environment_id, id, used_at, deprecated_uses)
  where k.environment_id = u.environment_id and k.id = u.id
$$;

revoke all on function find_secret_keys, touch_secret_keys from public;
grant execute on function find_secret_keys, touch_secret_keys to claviger_app;
