-- Phone numbers of users, and text messages to them. Nobody has a number that was not proved or vouched for, so
-- nobody can keep the owner of one away from it.

alter table users add column phone_number text check (phone_number ~ '^\+[1-9][0-9]{6,14}$');
create unique index users_phone_number on users (environment_id, phone_number);

-- An outbox, with the columns, conditions and indexes of that of mails.
create table text_messages (
  like emails including all,
  foreign key (environment_id) references environments on delete cascade
);

select protect('text_messages'), keep_count('text_messages');

-- Hands out text messages that are due, as claim_emails does mails.
create function claim_text_messages(messages_max integer, lease_seconds integer)
  returns table (environment_id uuid, id uuid, kind text, to_address text, content_sealed bytea, attempts integer,
                 created_at timestamptz)
  language sql security definer set search_path = claviger, pg_temp
as $$
  update text_messages t set attempts = t.attempts + 1,
    claimed_until = instant() + lease_seconds * interval '1 second'
  from (
    select d.environment_id, d.id from text_messages d
    where d.status = 'queued' and d.next_attempt_at <= instant()
      and (d.claimed_until is null or d.claimed_until <= instant())
    order by d.next_attempt_at limit messages_max for update skip locked
  ) as due
  where t.environment_id = due.environment_id and t.id = due.id
  returning t.environment_id, t.id, t.kind, t.to_address, t.content_sealed, t.attempts, t.created_at
$$;
revoke all on function claim_text_messages from public;
grant execute on function claim_text_messages to claviger_app;
