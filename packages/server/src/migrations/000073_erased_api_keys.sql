-- Erasure of what events say of the API keys of a user: what backends keep with a key, and where it was used.

create or replace function without_person(value jsonb, person text, addresses text[]) returns jsonb
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
            'unsafeMetadata', 'banReason', 'ipAddress', 'userAgent', 'deviceName', 'subject', 'metadata',
            'ipAllowList', 'lastVerifiedIp', 'revocationReason')
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
