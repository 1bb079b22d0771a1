-- Erasure: what events, mails and invitations say of a user who is deleted is removed for good.

-- A value without what is personal: what stands beside the id of the user in the same object, and the user's
-- addresses wherever they stand.
create function without_person(value jsonb, person text, addresses text[]) returns jsonb
  language plpgsql immutable
as $$
declare
  is_about boolean;
begin
  case jsonb_typeof(value)
    when 'object' then
      is_about := person in (value ->> 'id', value ->> 'userId');
      return (
        select coalesce(jsonb_object_agg(member.key, case
          when is_about and member.key in (
            'name', 'username', 'externalId', 'email', 'emails', 'phoneNumber', 'publicMetadata', 'privateMetadata',
            'unsafeMetadata', 'banReason', 'ipAddress', 'userAgent', 'deviceName', 'subject')
          then case jsonb_typeof(member.value)
            when 'array' then '[]'::jsonb when 'object' then '{}'::jsonb else 'null'::jsonb end
          else claviger.without_person(member.value, person, addresses) end), '{}')
        from jsonb_each(value) member);
    when 'array' then
      return (
        select coalesce(jsonb_agg(claviger.without_person(item, person, addresses) order by place), '[]')
        from jsonb_array_elements(value) with ordinality as items (item, place));
    when 'string' then
      return case when lower(value #>> '{}') = any(addresses) then 'null'::jsonb else value end;
    else
      return value;
  end case;
end
$$;

-- Erases in the current environment what is left of a user who is deleted. Its addresses are those that its events
-- name, unless somebody else has one by now.
create function erase_user(erased uuid)
  returns table (events integer, emails integer, text_messages integer, invitations integer)
  language plpgsql security definer set search_path = claviger, pg_temp
as $$
declare
  environment constant uuid := current_environment();
  addresses text[];
begin
  if environment is null or exists (
    select from users u where u.environment_id = environment and u.id = erased
  ) then
    raise exception 'Only what is left of a deleted user is erased.' using errcode = 'check_violation';
  end if;
  select coalesce(array_agg(distinct address), '{}') into addresses
  from (
    select lower(named ->> 'email') as address
    from events e, jsonb_path_query(e.data, '$.user.emails[*]') named
    where e.environment_id = environment and e.data @> jsonb_build_object('user', jsonb_build_object('id', erased))
    union all
    select e.data -> 'user' ->> 'phoneNumber'
    from events e
    where e.environment_id = environment and e.data @> jsonb_build_object('user', jsonb_build_object('id', erased))
    union all
    select lower(e.data -> 'identity' ->> 'email')
    from events e
    where e.environment_id = environment
      and e.data @> jsonb_build_object('identity', jsonb_build_object('userId', erased))
  ) as named (address)
  where address is not null
    and not exists (select from user_emails m where m.environment_id = environment and m.email_key = address)
    and not exists (select from users u where u.environment_id = environment and u.phone_number = address);

  with told as (
    select e.id, without_person(e.data, erased::text, addresses) as data
    from events e
    where e.environment_id = environment
      -- Looked into only where there is something to find: most events are about others.
      and exists (
        select from unnest(addresses || erased::text) as named (what)
        where strpos(lower(e.data::text), trim(both '"' from to_jsonb(what)::text)) > 0)
  )
  update events e set data = told.data from told
    where e.environment_id = environment and e.id = told.id and e.data <> told.data;
  get diagnostics events = row_count;
  delete from emails e where e.environment_id = environment and lower(e.to_address) = any(addresses);
  get diagnostics emails = row_count;
  delete from text_messages t where t.environment_id = environment and t.to_address = any(addresses);
  get diagnostics text_messages = row_count;
  delete from invitations i where i.environment_id = environment and lower(i.email) = any(addresses);
  get diagnostics invitations = row_count;
  return next;
end
$$;
revoke all on function without_person, erase_user from public;
grant execute on function erase_user to claviger_app;
