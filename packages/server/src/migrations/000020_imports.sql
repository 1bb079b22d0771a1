-- Whose the names are that a batch of imported users asks for. It runs as the owner because row-level security
-- would keep the planner from using an index over lower(…), which is not leak-proof: every row of a batch would
-- read all users. The wall is the environment in its own conditions, taken from the setting and from nowhere else.

create function find_name_owners(emails text[], usernames text[])
  returns table (email_key text, email_owner uuid, username_key text, username_owner uuid)
  language sql stable security definer set search_path = claviger, public, pg_temp
as $$
  select lower(r.email), m.user_id, lower(r.username), u.id
  from unnest(emails, usernames) with ordinality r (email, username, n)
  left join user_emails m on m.environment_id = current_environment() and lower(m.email) = lower(r.email)
  left join users u on u.environment_id = current_environment() and lower(u.username) = lower(r.username)
  order by r.n
$$;
revoke all on function find_name_owners from public;
grant execute on function find_name_owners to claviger_app;
