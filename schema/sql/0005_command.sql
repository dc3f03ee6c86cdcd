-- Commands to devices, and the log of what people did that has to be answered for.

CREATE TABLE rastro.command (
  -- Also the number that goes over the wire where a protocol has a place for one (GT06's server flag, 32 bits).
  id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  device_id bigint NOT NULL REFERENCES rastro.device (id),
  text text NOT NULL,                -- what is sent, in the device's own language
  kind text,                         -- protocols/command.h; null: the text is somebody's own
  state text NOT NULL DEFAULT 'queued' CHECK (state IN ('queued', 'sent', 'answered', 'expired', 'refused')),
  check_identity boolean NOT NULL DEFAULT false,
  repeat boolean NOT NULL DEFAULT false,
  cuts_fuel boolean NOT NULL DEFAULT false,  -- and somebody said that it may
  created_at timestamptz NOT NULL DEFAULT now(),
  created_by text NOT NULL,
  expires_at timestamptz NOT NULL,
  sent_at timestamptz,               -- by the gateway's clock, as message.received_at is: an answer is never older
  answered_at timestamptz,
  answer text,
  reason text,                       -- why it was refused or has expired
  CHECK (NOT (repeat AND cuts_fuel))
);

-- One command at a time for a device, whoever sends.
CREATE UNIQUE INDEX command_outstanding ON rastro.command (device_id) WHERE state = 'sent';
CREATE INDEX command_waiting ON rastro.command (device_id, id) WHERE state IN ('queued', 'sent');
CREATE INDEX command_device ON rastro.command (device_id, id);
-- Whose answer is it: the last that was sent before it.
CREATE INDEX command_sent ON rastro.command (device_id, sent_at, id) WHERE sent_at IS NOT NULL;

-- Where there may be something to send: a new command, one that went back, one that made room for the next.
CREATE FUNCTION rastro.notify_command() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM pg_notify('rastro_command', '');
  RETURN NULL;
END $$;

CREATE TRIGGER command_notify AFTER INSERT OR UPDATE OF state ON rastro.command
  FOR EACH ROW WHEN (NEW.state <> 'sent') EXECUTE FUNCTION rastro.notify_command();

CREATE TABLE rastro.audit (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  at timestamptz NOT NULL DEFAULT now(),
  actor text NOT NULL,
  action text NOT NULL,
  device_id bigint,
  detail jsonb NOT NULL
);

CREATE INDEX audit_device ON rastro.audit (device_id, at);
