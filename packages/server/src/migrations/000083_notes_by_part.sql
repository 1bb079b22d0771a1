-- Notes verifications of keys of all environments, to be added to their counts later: of every part the keys from its
-- first to its last place in the arrays, whose addresses stand in one text, a line each, empty where none is known. Parts
-- that come sorted need not be gathered key by key, which was half of what a note cost; an array of texts has no places
-- to cut it at. In this language arrays stay as they were sent: another one takes them apart first. The part is told as
-- well, and is that of `note_api_key_counts`, which stays for nodes that have not been restarted since this was applied.
create function note_api_key_counts_by_part(
  parts integer[], firsts integer[], lasts integer[],
  environment_ids uuid[], ids uuid[], times integer[], verified_at timestamptz[], verified_ips text[]
) returns void
  language sql security definer set search_path = claviger, pg_temp
begin atomic
  insert into api_key_count_journal (part, environment_ids, ids, times, verified_at, verified_ips)
  select p.number, environment_ids[p.first:p.last], ids[p.first:p.last], times[p.first:p.last],
         verified_at[p.first:p.last], coalesce(string_to_array(p.ips, chr(10), ''), '{}')
  from unnest(parts, firsts, lasts, verified_ips) as p (number, first, last, ips);
end;
revoke all on function note_api_key_counts_by_part from public;
grant execute on function note_api_key_counts_by_part to claviger_app;
