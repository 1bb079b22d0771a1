-- Which keys ended lately, for whoever verifies tokens of keys without asking about each. A version of the key, and not
-- a time, tells the tokens from before its end from those after it: a token carries the version that was read together
-- with the key being good, so whatever happens at the same instant, it is never taken for a later one.

alter table api_keys add column token_version integer not null default 0;

create table api_key_revocations (
  environment_id uuid not null references environments on delete cascade,
  -- A key that was deleted is in here as well.
  api_key_id uuid not null,
  -- Tokens of earlier versions are over, since or at that instant.
  token_version integer not null,
  ended_at timestamptz not null,
  primary key (environment_id, api_key_id, token_version)
);
create index api_key_revocations_latest on api_key_revocations (environment_id, ended_at);
create index api_key_revocations_oldest on api_key_revocations (ended_at);
select protect('api_key_revocations');

-- Ends the tokens of a key with whatever ends the key, or a secret of it, or takes something from it. Here and not
-- where that is done, so that it cannot be forgotten. What ends later is known from then on.
create function end_api_key_tokens() returns trigger language plpgsql as $$
declare
  ends_at timestamptz;
begin
  ends_at := least(
    case when new.token_version > old.token_version
      or new.revoked_at is not null and old.revoked_at is null
      or old.enabled and not new.enabled
      or not new.scopes @> old.scopes then instant() end,
    case when new.expires_at < coalesce(old.expires_at, 'infinity') then new.expires_at end,
    -- The secret until now, which may go on working for a while,
    case when new.hash <> old.hash then
      case when new.previous_hash = old.hash then new.previous_ends_at else instant() end end,
    -- and the one before it, where that still did.
    case when old.previous_ends_at > instant() then
      case when new.previous_hash is distinct from old.previous_hash then instant()
           when new.previous_ends_at < old.previous_ends_at then new.previous_ends_at end end
  );
  if ends_at is null then
    return new;
  end if;
  new.token_version := old.token_version + 1;
  -- No token of now lives for so long that an end far ahead could concern it.
  insert into api_key_revocations (environment_id, api_key_id, token_version, ended_at)
    select new.environment_id, new.id, new.token_version, greatest(ends_at, instant())
    where ends_at < instant() + interval '10 minutes';
  return new;
end
$$;
create trigger end_tokens
  before update of revoked_at, enabled, expires_at, scopes, hash, previous_hash, previous_ends_at, token_version
  on api_keys for each row execute function end_api_key_tokens();

create function end_deleted_api_key_tokens() returns trigger language plpgsql as $$
begin
  -- When an environment goes, nobody verifies its tokens any more.
  insert into api_key_revocations (environment_id, api_key_id, token_version, ended_at)
    select d.environment_id, d.id, d.token_version + 1, instant() from deleted d
    where exists (select from environments e where e.id = d.environment_id);
  return null;
end
$$;
create trigger end_tokens_of_deleted after delete on api_keys referencing old table as deleted
  for each statement execute function end_deleted_api_key_tokens();

create function end_banned_owner_tokens() returns trigger language plpgsql as $$
begin
  update api_keys set token_version = token_version + 1
    where environment_id = new.environment_id and user_id = new.id;
  return null;
end
$$;
create trigger end_api_key_tokens after update of banned_at, ban_expires_at on users for each row
  when (new.banned_at is not null
        and (new.banned_at, new.ban_expires_at) is distinct from (old.banned_at, old.ban_expires_at))
  execute function end_banned_owner_tokens();

create function end_former_member_tokens() returns trigger language plpgsql as $$
begin
  update api_keys k set token_version = k.token_version + 1 from former f
    where k.environment_id = f.environment_id and k.user_id = f.user_id and k.organization_id = f.organization_id;
  return null;
end
$$;
create trigger end_api_key_tokens after delete on memberships referencing old table as former
  for each statement execute function end_former_member_tokens();

-- Forgets ends that no token can have been before, in every environment; the worker calls it.
create function sweep_api_key_revocations() returns integer
  language sql security definer set search_path = claviger, pg_temp
as $$
  with swept as (delete from api_key_revocations where ended_at < instant() - interval '1 hour' returning 1)
  select count(*)::integer from swept
$$;
revoke all on function sweep_api_key_revocations from public;
grant execute on function sweep_api_key_revocations to claviger_app;
