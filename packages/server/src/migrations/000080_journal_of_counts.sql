-- Verifications that were counted and do not yet stand in the rows of their keys. To change a row costs four times as
-- much as to note here that it is to be changed, so where many keys are verified they are noted first, and what came
-- together of one key is added to its row at once. A note is part of one of 256 parts, by the last byte of the id of its
-- key: whoever folds a part into the rows finds all of each key of that part, and no other.
create table api_key_count_journal (
  part smallint not null,
  environment_ids uuid[] not null,
  ids uuid[] not null,
  times integer[] not null,
  verified_at timestamptz[] not null,
  verified_ips text[] not null,
  written_at timestamptz not null default instant()
);
create index api_key_count_journal_part on api_key_count_journal (part, written_at);
alter table api_key_count_journal enable row level security;

-- Adds verifications to the counts of keys of all environments; a key is named once. The rows are taken in the order of
-- their ids, so that nodes that count at once do not lock each other. What is counted after its hour was over, because
-- another node has counted in the next one already, goes to that hour all the same.
create or replace function count_api_keys(
  environment_ids uuid[], ids uuid[], times integer[], verified_at timestamptz[], verified_ips text[]
) returns void
  language plpgsql security definer
  set search_path = claviger, pg_temp set enable_seqscan = off set plan_cache_mode = force_generic_plan
as $$
begin
  if date_trunc('hour', instant(), 'UTC') > any(verified_at) then
    -- Nobody may begin another hour between these two statements.
    perform from api_keys k
      where (k.environment_id, k.id) in (select * from unnest(environment_ids, ids))
      order by k.environment_id, k.id for update;
    insert into api_key_usage as usage (environment_id, api_key_id, hour, verifications)
      select k.environment_id, k.id, date_bin('1 hour', v.verified_at, 'epoch'), v.times
      from unnest(environment_ids, ids, times, verified_at) as v (environment_id, id, times, verified_at)
      join api_keys k on k.environment_id = v.environment_id and k.id = v.id
      where k.usage_hour > v.verified_at
      on conflict (environment_id, api_key_id, hour) do update
        set verifications = usage.verifications + excluded.verifications;
  end if;
  update api_keys k set
    verification_count = k.verification_count + v.times,
    last_verified_at = greatest(k.last_verified_at, v.verified_at),
    last_verified_ip = case when k.last_verified_at > v.verified_at then k.last_verified_ip else v.verified_ip end,
    usage_hour = greatest(k.usage_hour, v.hour),
    usage_base = case
      when k.usage_hour > v.hour then k.usage_base + v.times
      when k.usage_hour = v.hour then k.usage_base
      else k.verification_count
    end
  from (
    select u.*, date_bin('1 hour', u.verified_at, 'epoch') as hour
    from unnest(environment_ids, ids, times, verified_at, verified_ips)
      as u (environment_id, id, times, verified_at, verified_ip)
    order by environment_id, id
  ) v
  where k.environment_id = v.environment_id and k.id = v.id;
end
$$;

-- Notes verifications of keys of all environments, to be added to their counts later.
create function note_api_key_counts(
  environment_ids uuid[], ids uuid[], times integer[], verified_at timestamptz[], verified_ips text[]
) returns void
  language plpgsql security definer
  set search_path = claviger, pg_temp set plan_cache_mode = force_generic_plan
as $$
begin
  insert into api_key_count_journal (part, environment_ids, ids, times, verified_at, verified_ips)
  select get_byte(uuid_send(u.id), 15), array_agg(u.environment_id), array_agg(u.id), array_agg(u.times),
         array_agg(u.verified_at), array_agg(u.verified_ip)
  from unnest(environment_ids, ids, times, verified_at, verified_ips)
    as u (environment_id, id, times, verified_at, verified_ip)
  group by 1;
end
$$;

-- Adds what was noted of one part of the keys to their counts, whoever noted it. What is added is removed in the same
-- transaction, so it is added once, however many do this at once and wherever one of them ends.
create function fold_api_key_counts(of_part smallint) returns void
  language plpgsql security definer
  set search_path = claviger, pg_temp set enable_seqscan = off set plan_cache_mode = force_generic_plan
as $$
declare
  counts record;
begin
  -- A key that was verified before and after the turn of an hour is named in both.
  for counts in
    with taken as (
      delete from api_key_count_journal j where j.part = of_part returning *
    ),
    noted as (
      select distinct on (u.hour, u.environment_id, u.id) u.hour, u.environment_id, u.id,
             sum(u.times) over (partition by u.hour, u.environment_id, u.id) as times, u.verified_at, u.verified_ip
      from (
        select n.*, date_bin('1 hour', n.verified_at, 'epoch') as hour
        from taken t, unnest(t.environment_ids, t.ids, t.times, t.verified_at, t.verified_ips)
          as n (environment_id, id, times, verified_at, verified_ip)
      ) u
      order by u.hour, u.environment_id, u.id, u.verified_at desc
    )
    select array_agg(n.environment_id) as environment_ids, array_agg(n.id) as ids,
           array_agg(n.times::integer) as times, array_agg(n.verified_at) as verified_at,
           array_agg(n.verified_ip) as verified_ips
    from noted n group by n.hour order by n.hour
  loop
    perform count_api_keys(
      counts.environment_ids, counts.ids, counts.times, counts.verified_at, counts.verified_ips);
  end loop;
end
$$;

-- The parts of which something was noted so long ago and is not folded yet: one look at the index for each.
create function find_unfolded_counts(older_than interval) returns integer[]
  language sql stable security definer set search_path = claviger, pg_temp set enable_seqscan = off
  return (
    select array_agg(p.number) from generate_series(0, 255) as p (number)
    where exists (
      select from api_key_count_journal j
      where j.part = p.number::smallint and j.written_at <= instant() - older_than
    )
  );

revoke all on function note_api_key_counts, fold_api_key_counts, find_unfolded_counts from public;
grant execute on function note_api_key_counts, fold_api_key_counts, find_unfolded_counts to claviger_app;
