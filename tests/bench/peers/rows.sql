-- The rows a consent tap leaves behind, as plain tables: what was heard, the chat, the question, the
-- history of answers, an audit that is a chain, and an outbox from which everything said is sent.
CREATE TABLE handled (update_id INTEGER PRIMARY KEY, at TEXT NOT NULL);
CREATE TABLE people (id INTEGER PRIMARY KEY, language TEXT NOT NULL, confirmed_at TEXT, name TEXT NOT NULL);
CREATE TABLE contacts (id INTEGER PRIMARY KEY, person_id INTEGER NOT NULL REFERENCES people (id),
  address INTEGER NOT NULL UNIQUE, heard_at TEXT NOT NULL);
CREATE TABLE guardianships (id INTEGER PRIMARY KEY, ungdom_id INTEGER NOT NULL, foresatt_id INTEGER NOT NULL,
  responsibility BOOLEAN NOT NULL, UNIQUE (ungdom_id, foresatt_id));
CREATE TABLE consent_questions (id INTEGER PRIMARY KEY, ungdom_id INTEGER NOT NULL, version INTEGER NOT NULL,
  until TEXT NOT NULL, scope TEXT NOT NULL);
CREATE TABLE consent_events (id INTEGER PRIMARY KEY, question_id INTEGER NOT NULL REFERENCES consent_questions (id),
  consenter_id INTEGER NOT NULL REFERENCES people (id), act TEXT NOT NULL, at TEXT NOT NULL,
  number TEXT NOT NULL, text_hash TEXT NOT NULL);
CREATE INDEX ix_events_question ON consent_events (question_id);
CREATE TABLE audit_heads (chain INTEGER PRIMARY KEY, seq INTEGER NOT NULL, hash TEXT NOT NULL);
CREATE TABLE audit (chain INTEGER, seq INTEGER, at TEXT NOT NULL, actor_id INTEGER NOT NULL,
  action TEXT NOT NULL, detail TEXT NOT NULL, previous TEXT NOT NULL, hash TEXT NOT NULL, PRIMARY KEY (chain, seq));
CREATE TABLE outbox (id INTEGER PRIMARY KEY, key TEXT NOT NULL UNIQUE, kind TEXT NOT NULL,
  contact_id INTEGER NOT NULL, params TEXT NOT NULL, state TEXT NOT NULL, not_before TEXT NOT NULL,
  sent_at TEXT, message_id INTEGER);
CREATE INDEX ix_outbox_due ON outbox (state, not_before);
