-- An hour that is over is written down by whoever counts first after it: from the row that the count replaces, so it is
-- exact however many nodes count at once, and without locking each row before it is changed.
create function keep_api_key_hour() returns trigger
  language plpgsql security definer set search_path = claviger, pg_temp
as $$
begin
  insert into api_key_usage (environment_id, api_key_id, hour, verifications)
    values (old.environment_id, old.id, old.usage_hour, old.verification_count - old.usage_base);
  return null;
end
$$;
create trigger keep_hour after update of usage_hour on api_keys for each row
  when (old.usage_hour < new.usage_hour and old.verification_count > old.usage_base)
  execute function keep_api_key_hour();

-- Adds verifications to the counts of keys of all environments. The rows are taken in the order of their ids, so that
-- nodes that count at once do not lock each other.
create or replace function count_api_keys(
  environment_ids uuid[], ids uuid[], times integer[], verified_at timestamptz[], verified_ips text[]
) returns void
  language plpgsql security definer
  set search_path = claviger, pg_temp set enable_seqscan = off set plan_cache_mode = force_generic_plan
as $$
declare
  this_hour timestamptz := date_trunc('hour', instant(), 'UTC');
begin
  update api_keys k set
    verification_count = k.verification_count + v.times,
    last_verified_at = greatest(k.last_verified_at, v.verified_at),
    last_verified_ip = case when k.last_verified_at > v.verified_at then k.last_verified_ip else v.verified_ip end,
    usage_hour = greatest(k.usage_hour, this_hour),
    usage_base = case when k.usage_hour >= this_hour then k.usage_base else k.verification_count end
  from (
    select * from unnest(environment_ids, ids, times, verified_at, verified_ips)
      as u (environment_id, id, times, verified_at, verified_ip)
    order by environment_id, id
  ) v
  where k.environment_id = v.environment_id and k.id = v.id;
end
$$;

-- A key as a verification needs it, in an array because many are read at a time: names would be half of the text, and
-- a driver takes three times as long to take rows apart. Read by nobody but the function below.
create view verifiable_api_keys as
  select k.hash, k.previous_hash, k.previous_ends_at, json_build_array(
           k.environment_id, k.id, k.api_id, a.audience, k.name, k.user_id, k.organization_id, k.scopes,
           api_key_status(k, k.user_id is not null and (
             u.banned_at is not null and (u.ban_expires_at is null or u.ban_expires_at > instant())
             or k.organization_id is not null and m.user_id is null
           ), instant()),
           k.ip_allow_list, k.rate_limit_per_minute, k.credits, k.expires_at, k.metadata, k.verification_count,
           k.last_verified_at
         ) as values
  from api_keys k
  join apis a on a.environment_id = k.environment_id and a.id = k.api_id
  left join users u on u.environment_id = k.environment_id and u.id = k.user_id
  left join memberships m
    on m.environment_id = k.environment_id and m.organization_id = k.organization_id and m.user_id = k.user_id;

-- A key is found by its hash before anything else is known of it, and by that of the key that it replaced for as long
-- as that one works. It opens for whoever has the hash of a key; where two environments know the same imported key, it
-- answers that of both, each with the hash that it was found by, in hexadecimal digits. In this language its plan is
-- kept, and made only once; without sequential scans, because it may be made while there are few keys.
drop function find_api_keys;
create function find_api_keys(hashes bytea[]) returns json
  language plpgsql stable security definer
  set search_path = claviger, pg_temp set enable_seqscan = off set plan_cache_mode = force_generic_plan
as $$
begin
  -- Few keys were replaced a moment ago, so most of the time this look is all that is paid for them.
  if exists (select from api_keys k where k.previous_hash = any(hashes) and k.previous_ends_at > instant()) then
    return (
      select json_agg(json_build_array(encode(f.hash, 'hex'), f.values)) from (
        select v.hash, v.values from verifiable_api_keys v where v.hash = any(hashes)
        union all
        select v.previous_hash, v.values from verifiable_api_keys v
        where v.previous_hash = any(hashes) and v.previous_ends_at > instant()
      ) f);
  end if;
  return (
    select json_agg(json_build_array(encode(v.hash, 'hex'), v.values))
    from verifiable_api_keys v where v.hash = any(hashes));
end
$$;
revoke all on function find_api_keys from public;
grant execute on function find_api_keys to claviger_app;
