-- Names that are compared without case get their lower-case form as a column of its own. Row-level security lets
-- the planner use an index only for comparisons that are leak-proof: lower(…) of a column is not one, and made
-- every sign-in read all addresses of the installation; equality of text is.

alter table user_emails add column email_key text not null generated always as (lower(email)) stored;
drop index user_emails_email, user_emails_part;
-- text_pattern_ops serves equality and «begins with» under every collation.
create unique index user_emails_email on user_emails (environment_id, email_key text_pattern_ops);
create index user_emails_part on user_emails using gin (email_key gin_trgm_ops);

alter table users add column username_key text generated always as (lower(username)) stored;
drop index users_username, users_username_part;
create unique index users_username on users (environment_id, username_key text_pattern_ops);
create index users_username_part on users using gin (username_key gin_trgm_ops);

alter table invitations add column email_key text not null generated always as (lower(email)) stored;
drop index invitations_open, invitations_of_email;
create unique index invitations_open on invitations (environment_id, organization_id, email_key)
  where accepted_at is null and revoked_at is null;
create index invitations_of_email on invitations (environment_id, email_key);

create or replace function search_users(part text) returns setof uuid
  language plpgsql stable security definer set search_path = claviger, public, pg_temp
as $$
declare
  escaped text := replace(replace(replace(lower(part), '\', '\\'), '%', '\%'), '_', '\_');
  pattern text := case when length(part) < 3 then escaped || '%' else '%' || escaped || '%' end;
begin
  return query
    select u.id from users u
      where u.environment_id = current_environment() and u.username_key like pattern
    union
    select u.id from users u
      where u.environment_id = current_environment() and lower(u.external_id) like pattern
    union
    select m.user_id from user_emails m
      where m.environment_id = current_environment() and m.email_key like pattern;
end
$$;

create or replace function find_name_owners(emails text[], usernames text[])
  returns table (email_key text, email_owner uuid, username_key text, username_owner uuid)
  language sql stable security definer set search_path = claviger, public, pg_temp
as $$
  select lower(r.email), m.user_id, lower(r.username), u.id
  from unnest(emails, usernames) with ordinality r (email, username, n)
  left join user_emails m on m.environment_id = current_environment() and m.email_key = lower(r.email)
  left join users u on u.environment_id = current_environment() and u.username_key = lower(r.username)
  order by r.n
$$;
