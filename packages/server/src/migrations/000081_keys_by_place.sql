-- Whether an owner is banned is asked for every key that is verified. Few are, so this index is small, and most of the
-- time nothing but its root is looked at.
create index users_out on users (environment_id, id) where banned_at is not null;

-- A key is found by its hash before anything else is known of it, and by that of the key that it replaced for as long
-- as that one works. It opens for whoever has the hash of a key; where two environments know the same imported key, it
-- answers that of both, each with the place of the hash that it was found by, the first being 1. In this language its
-- plan is kept, and made only once; without sequential scans, because it may be made while there are few keys, and
-- without bitmaps, which are for more rows than a hash has. `find_api_keys` stays for nodes that have not been restarted
-- since this was applied.
create function find_api_keys_by_place(hashes bytea[]) returns json
  language plpgsql stable security definer
  set search_path = claviger, pg_temp
  set enable_seqscan = off set enable_bitmapscan = off set plan_cache_mode = force_generic_plan
as $$
begin
  -- Few keys were replaced a moment ago, so most of the time this look is all that is paid for them.
  if exists (select from api_keys k where k.previous_hash = any(hashes) and k.previous_ends_at > instant()) then
    return (
      select json_agg(json_build_array(f.place, f.values)) from (
        select w.place, v.values
        from unnest(hashes) with ordinality as w (hash, place) join verifiable_api_keys v on v.hash = w.hash
        union all
        select w.place, v.values
        from unnest(hashes) with ordinality as w (hash, place) join verifiable_api_keys v on v.previous_hash = w.hash
        where v.previous_ends_at > instant()
      ) f);
  end if;
  return (
    select json_agg(json_build_array(w.place, v.values))
    from unnest(hashes) with ordinality as w (hash, place) join verifiable_api_keys v on v.hash = w.hash);
end
$$;
revoke all on function find_api_keys_by_place from public;
grant execute on function find_api_keys_by_place to claviger_app;
