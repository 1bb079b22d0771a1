-- The same keys as before. Nothing of an owner is read but whether it is out, so it is only asked for, which costs a
-- sixth less of a look-up than to join it. The question is that of `api_key_status(key)`: whoever changes one changes the
-- other. It is not called here, because a function that looks something up does not become a part of the statement that
-- uses it, and a look-up would cost 1.6 times as much.
create or replace view verifiable_api_keys as
  select k.hash, k.previous_hash, k.previous_ends_at, json_build_array(
           k.environment_id, k.id, k.api_id, a.audience, k.name, k.user_id, k.organization_id, k.scopes,
           api_key_status(k, k.user_id is not null and (
             exists (
               select from users u
               where u.environment_id = k.environment_id and u.id = k.user_id
                 and u.banned_at is not null and (u.ban_expires_at is null or u.ban_expires_at > instant())
             )
             or k.organization_id is not null and not exists (
               select from memberships m
               where m.environment_id = k.environment_id and m.organization_id = k.organization_id
                 and m.user_id = k.user_id
             )
           ), instant()),
           k.ip_allow_list, k.rate_limit_per_minute, k.credits, k.expires_at, k.metadata, k.verification_count,
           k.last_verified_at
         ) as values
  from api_keys k
  join apis a on a.environment_id = k.environment_id and a.id = k.api_id;
