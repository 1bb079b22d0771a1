-- What was queued before a project was deleted waits: it is sent once the project is recovered, or goes with it.

create function is_served(environment uuid) returns boolean
  language sql stable
as $$
  select exists (
    select from claviger.environments e join claviger.projects p on p.id = e.project_id
    where e.id = environment and p.deleted_at is null)
$$;

create or replace function claim_emails(emails_max integer, lease_seconds integer)
  returns table (environment_id uuid, id uuid, to_address text, content_sealed bytea, attempts integer)
  language sql security definer set search_path = claviger, pg_temp
as $$
  update emails e set attempts = e.attempts + 1, claimed_until = instant() + lease_seconds * interval '1 second'
  from (
    select d.environment_id, d.id from emails d
    where d.status = 'queued' and d.next_attempt_at <= instant()
      and (d.claimed_until is null or d.claimed_until <= instant()) and is_served(d.environment_id)
    order by d.next_attempt_at limit emails_max for update skip locked
  ) as due
  where e.environment_id = due.environment_id and e.id = due.id
  returning e.environment_id, e.id, e.to_address, e.content_sealed, e.attempts
$$;

create or replace function claim_text_messages(messages_max integer, lease_seconds integer)
  returns table (environment_id uuid, id uuid, kind text, to_address text, content_sealed bytea, attempts integer,
                 created_at timestamptz)
  language sql security definer set search_path = claviger, pg_temp
as $$
  update text_messages t set attempts = t.attempts + 1,
    claimed_until = instant() + lease_seconds * interval '1 second'
  from (
    select d.environment_id, d.id from text_messages d
    where d.status = 'queued' and d.next_attempt_at <= instant()
      and (d.claimed_until is null or d.claimed_until <= instant()) and is_served(d.environment_id)
    order by d.next_attempt_at limit messages_max for update skip locked
  ) as due
  where t.environment_id = due.environment_id and t.id = due.id
  returning t.environment_id, t.id, t.kind, t.to_address, t.content_sealed, t.attempts, t.created_at
$$;
revoke all on function is_served from public;
