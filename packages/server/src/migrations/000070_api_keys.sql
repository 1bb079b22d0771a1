-- APIs of customers, and the keys that they hand out for them. Only the SHA-256 of a key is kept: it has 256 random
-- bits, so there is nothing a slower hash would protect.

create table apis (
  environment_id uuid not null references environments on delete cascade,
  id uuid not null,
  name text not null,
  -- Null for the API that manages the environment itself: its audience is the public URL of the server.
  audience text,
  created_at timestamptz not null default instant(),
  updated_at timestamptz not null default instant(),
  primary key (environment_id, id)
);
create unique index apis_audience on apis (environment_id, audience) nulls not distinct;
create index apis_newest on apis (environment_id, created_at desc, id desc);

create table api_scopes (
  environment_id uuid not null,
  id uuid not null,
  api_id uuid not null,
  key text not null,
  description text,
  created_at timestamptz not null default instant(),
  primary key (environment_id, id),
  foreign key (environment_id, api_id) references apis on delete cascade
);
create unique index api_scopes_key on api_scopes (environment_id, api_id, key);
create index api_scopes_newest on api_scopes (environment_id, api_id, created_at desc, id desc);

-- Every environment has the API that manages it, from the moment that it is there.
create function add_management_api() returns trigger
  language plpgsql security definer set search_path = claviger, pg_temp
as $$
begin
  insert into apis (environment_id, id, name) values (new.id, gen_random_uuid(), 'Management API');
  return new;
end
$$;
create trigger management_api after insert on environments for each row execute function add_management_api();
insert into apis (environment_id, id, name) select id, gen_random_uuid(), 'Management API' from environments;

create table api_keys (
  environment_id uuid not null,
  id uuid not null,
  api_id uuid not null,
  name text not null,
  -- Whose it is: nobody's but the environment's where both are null, a member's of the organization where none is.
  user_id uuid,
  organization_id uuid,
  -- What people recognise it by; an imported key may show nothing of itself.
  prefix text,
  suffix text,
  hash bytea not null check (length(hash) = 32),
  -- What it was before it was rotated, and until when that still works.
  previous_hash bytea check (length(previous_hash) = 32),
  previous_ends_at timestamptz,
  scopes text[] not null,
  enabled boolean not null default true,
  expires_at timestamptz,
  ip_allow_list text[],
  rate_limit_per_minute integer check (rate_limit_per_minute > 0),
  -- What is left to spend; null where there is no limit.
  credits bigint check (credits >= 0),
  credits_refill_amount bigint check (credits_refill_amount > 0),
  credits_refill_interval text check (credits_refill_interval in ('hour', 'day', 'week', 'month')),
  credits_refill_at timestamptz,
  metadata jsonb not null default '{}',
  -- Whoever made it: an administrator, a key, an application or a user. Who is gone did it all the same.
  created_by text,
  verification_count bigint not null default 0,
  last_verified_at timestamptz,
  last_verified_ip text,
  -- The hour that is being counted, and how many verifications there were before it began.
  usage_hour timestamptz,
  usage_base bigint not null default 0,
  revoked_at timestamptz,
  revoked_by text,
  revocation_reason text,
  created_at timestamptz not null default instant(),
  updated_at timestamptz not null default instant(),
  primary key (environment_id, id),
  foreign key (environment_id, api_id) references apis on delete cascade,
  foreign key (environment_id, user_id) references users on delete cascade,
  foreign key (environment_id, organization_id) references organizations on delete cascade,
  check ((previous_hash is null) = (previous_ends_at is null)),
  check ((credits_refill_amount is null) = (credits_refill_interval is null)),
  check ((credits_refill_amount is null) = (credits_refill_at is null)),
  check (credits_refill_amount is null or credits is not null)
  -- Counting changes a row in place as long as its page has room.
) with (fillfactor = 75);
-- An imported key is chosen by whoever imports it, so its hash is unique in its environment and not beyond: nobody
-- learns by an import that a key is known elsewhere, and nobody keeps another environment from taking its own over.
create unique index api_keys_hash on api_keys (hash, environment_id);
create index api_keys_previous_hash on api_keys (previous_hash, environment_id) where previous_hash is not null;
create index api_keys_newest on api_keys (environment_id, created_at desc, id desc);
create index api_keys_of_api on api_keys (environment_id, api_id, created_at desc, id desc);
create index api_keys_of_user on api_keys (environment_id, user_id, created_at desc, id desc) where user_id is not null;
create index api_keys_of_organization on api_keys (environment_id, organization_id, created_at desc, id desc)
  where organization_id is not null;

-- Verifications of a key in hours that are over; that of the hour that is being counted stands in its own row.
create table api_key_usage (
  environment_id uuid not null,
  api_key_id uuid not null,
  hour timestamptz not null,
  verifications bigint not null,
  primary key (environment_id, api_key_id, hour),
  foreign key (environment_id, api_key_id) references api_keys on delete cascade
);

select protect('apis'), protect('api_scopes'), protect('api_keys'), protect('api_key_usage'), keep_count('api_keys');

-- How a key is at an instant, when it is known whether its owner may have one. It has no look-ups, so it becomes a part
-- of the statement that uses it.
create function api_key_status(key api_keys, is_owner_out boolean, at timestamptz) returns text
  language sql immutable parallel safe
  return case
    when key.revoked_at is not null then 'revoked'
    when key.expires_at <= at then 'expired'
    when not key.enabled then 'disabled'
    when is_owner_out then 'owner_disabled'
    else 'active'
  end;

-- How a key is at this instant, by the clock that every node shares. The owner is looked at and not ended with: a ban
-- that is lifted gives an integration back.
create function api_key_status(key api_keys) returns text
  language sql stable parallel safe
  return api_key_status(key, key.user_id is not null and (
    exists (
      select from users u
      where u.environment_id = key.environment_id and u.id = key.user_id
        and u.banned_at is not null and (u.ban_expires_at is null or u.ban_expires_at > instant())
    )
    or key.organization_id is not null and not exists (
      select from memberships m
      where m.environment_id = key.environment_id and m.organization_id = key.organization_id
        and m.user_id = key.user_id
    )
  ), instant());

-- A key is found by its hash before anything else is known of it, and by that of the key that it replaced for as long
-- as that one works. It opens for whoever has the hash of a key; where two environments know the same imported key, it
-- answers that of both. In this language its plan is kept, and made only once; without sequential scans, because it may
-- be made while there are few keys.
create function find_api_keys(hashes bytea[])
  returns table (
    hash bytea, environment_id uuid, id uuid, api_id uuid, audience text, name text, user_id uuid,
    organization_id uuid, scopes text[], status text, ip_allow_list text[], rate_limit_per_minute integer,
    credits bigint, expires_at timestamptz, metadata jsonb, verification_count bigint, last_verified_at timestamptz
  )
  language plpgsql stable security definer
  set search_path = claviger, pg_temp set enable_seqscan = off set plan_cache_mode = force_generic_plan
as $$
#variable_conflict use_column
declare
  at timestamptz := instant();
begin
  return query
  select f.given, k.environment_id, k.id, k.api_id, a.audience, k.name, k.user_id, k.organization_id, k.scopes,
         api_key_status(k, k.user_id is not null and (
           u.banned_at is not null and (u.ban_expires_at is null or u.ban_expires_at > at)
           or k.organization_id is not null and m.user_id is null
         ), at),
         k.ip_allow_list, k.rate_limit_per_minute, k.credits, k.expires_at, k.metadata, k.verification_count,
         k.last_verified_at
  from (
    select c.hash as given, c.environment_id, c.id from api_keys c where c.hash = any(hashes)
    union all
    select p.previous_hash, p.environment_id, p.id from api_keys p
    where p.previous_hash = any(hashes) and p.previous_ends_at > at
  ) f
  join api_keys k on k.environment_id = f.environment_id and k.id = f.id
  join apis a on a.environment_id = k.environment_id and a.id = k.api_id
  left join users u on u.environment_id = k.environment_id and u.id = k.user_id
  left join memberships m
    on m.environment_id = k.environment_id and m.organization_id = k.organization_id and m.user_id = k.user_id;
end
$$;

-- Adds verifications to the counts of keys of all environments. The rows are taken in the order of their ids, so that
-- nodes that count at once do not lock each other; an hour that is over is written down by whoever counts first after.
create function count_api_keys(
  environment_ids uuid[], ids uuid[], times integer[], verified_at timestamptz[], verified_ips text[]
) returns void
  language plpgsql security definer
  set search_path = claviger, pg_temp set enable_seqscan = off set plan_cache_mode = force_generic_plan
as $$
declare
  this_hour timestamptz := date_trunc('hour', instant(), 'UTC');
begin
  with counted as materialized (
    select k.environment_id, k.id, k.usage_hour, k.usage_base, k.verification_count,
           v.times, v.verified_at, v.verified_ip
    from unnest(environment_ids, ids, times, verified_at, verified_ips)
      as v (environment_id, id, times, verified_at, verified_ip)
    join api_keys k on k.environment_id = v.environment_id and k.id = v.id
    order by k.environment_id, k.id
    for update of k
  ),
  over as (
    insert into api_key_usage (environment_id, api_key_id, hour, verifications)
    select c.environment_id, c.id, c.usage_hour, c.verification_count - c.usage_base from counted c
    where c.usage_hour < this_hour and c.verification_count > c.usage_base
  )
  update api_keys k set
    verification_count = c.verification_count + c.times,
    last_verified_at = greatest(k.last_verified_at, c.verified_at),
    last_verified_ip = case when k.last_verified_at > c.verified_at then k.last_verified_ip else c.verified_ip end,
    usage_hour = greatest(c.usage_hour, this_hour),
    usage_base = case when c.usage_hour >= this_hour then c.usage_base else c.verification_count end
  from counted c
  where k.environment_id = c.environment_id and k.id = c.id;
end
$$;

-- Spends credits of a key, for each that asks all that it asks for or none, after filling them up where that is due.
-- The row decides, so no number of callers at once can spend more than there is.
create function spend_api_key_credits(key_id uuid, costs bigint[])
  returns table (granted boolean[], credits_left bigint)
  language plpgsql set search_path = claviger, pg_temp
as $$
declare
  key api_keys;
  cost bigint;
begin
  select * into key from api_keys k
    where k.environment_id = current_environment() and k.id = key_id for update;
  if key.credits_refill_at <= instant() then
    key.credits := greatest(key.credits, key.credits_refill_amount);
    -- However long nobody came, the next refill is less than an interval ahead.
    key.credits_refill_at := next_refill(key.credits_refill_at, key.credits_refill_interval);
  end if;
  granted := '{}';
  foreach cost in array costs loop
    -- A key that has no limit any more has enough.
    granted := granted || coalesce(cost <= key.credits, true);
    if cost <= key.credits then key.credits := key.credits - cost; end if;
  end loop;
  update api_keys k set credits = key.credits, credits_refill_at = key.credits_refill_at
    where k.environment_id = key.environment_id and k.id = key.id;
  credits_left := key.credits;
  return next;
end
$$;

-- The first instant ahead that is whole intervals after another one.
create function next_refill(after timestamptz, every text) returns timestamptz
  language plpgsql stable set search_path = claviger, pg_temp
as $$
declare
  step interval := ('1 ' || every)::interval;
  -- Months are of different lengths: counted from the first, so that the 31st is not lost in February.
  steps integer := case every
    when 'month' then (extract(year from age(instant(), after)) * 12 + extract(month from age(instant(), after)))::integer
    else floor(extract(epoch from instant() - after) / extract(epoch from step))::integer
  end;
begin
  while after + steps * step <= instant() loop
    steps := steps + 1;
  end loop;
  return after + steps * step;
end
$$;

revoke all on function find_api_keys, count_api_keys, add_management_api from public;
grant execute on function find_api_keys, count_api_keys to claviger_app;
