-- Webhooks: who is told of what happens, what happened, and what became of telling. An event is written in the
-- transaction of the rows that it is about, by triggers beside them, together with its deliveries: so none is lost and
-- none is made twice, whatever dies when.

CREATE TABLE rastro.webhook (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  url text NOT NULL CHECK (url ~ '^https?://'),
  events text[] NOT NULL DEFAULT '{}',  -- none: all
  -- "whsec_…". Not a hash: every delivery is signed with it.
  secret text NOT NULL,
  active boolean NOT NULL DEFAULT true,
  created_at timestamptz NOT NULL DEFAULT now(),
  created_by text NOT NULL,
  updated_at timestamptz NOT NULL DEFAULT now(),
  failing_since timestamptz             -- the first attempt after the last one that succeeded
);

-- One row. The age is the gateway's configuration's (webhooks.max_age_hours).
CREATE TABLE rastro.webhook_setting (
  one boolean PRIMARY KEY DEFAULT true CHECK (one),
  max_age interval NOT NULL DEFAULT '24 hours', -- what happened longer ago is history, and no event
  presence_at timestamptz                       -- when somebody last looked who is there
);
INSERT INTO rastro.webhook_setting DEFAULT VALUES;

CREATE TABLE rastro.event (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  uid uuid NOT NULL DEFAULT gen_random_uuid(),  -- as receivers see it: the same in every attempt
  type text NOT NULL,
  -- What tells one happening from another of its device and type: with the same subject and times that meet, it is the
  -- same, which late fixes have moved.
  subject text NOT NULL,
  from_time timestamptz NOT NULL,
  to_time timestamptz NOT NULL,
  happened_at timestamptz NOT NULL,
  device_id bigint,
  device jsonb,                        -- as it was called then
  data jsonb NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX event_subject ON rastro.event (device_id, type, subject, to_time);
CREATE INDEX event_created ON rastro.event USING brin (created_at);

CREATE TABLE rastro.webhook_delivery (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  webhook_id bigint NOT NULL REFERENCES rastro.webhook (id) ON DELETE CASCADE,
  event_id bigint NOT NULL REFERENCES rastro.event (id) ON DELETE CASCADE,
  state text NOT NULL DEFAULT 'pending' CHECK (state IN ('pending', 'delivered', 'failed')),
  failures integer NOT NULL DEFAULT 0,  -- since it was made, or sent again by hand
  next_attempt_at timestamptz DEFAULT now(),
  CHECK ((state = 'pending') = (next_attempt_at IS NOT NULL))
);
CREATE INDEX webhook_delivery_due ON rastro.webhook_delivery (webhook_id, next_attempt_at, id) WHERE state = 'pending';
CREATE INDEX webhook_delivery_failed ON rastro.webhook_delivery (webhook_id) WHERE state = 'failed';
CREATE INDEX webhook_delivery_webhook ON rastro.webhook_delivery (webhook_id, id);
CREATE INDEX webhook_delivery_event ON rastro.webhook_delivery (event_id);

CREATE TABLE rastro.webhook_attempt (
  delivery_id bigint NOT NULL REFERENCES rastro.webhook_delivery (id) ON DELETE CASCADE,
  at timestamptz NOT NULL,
  duration_ms integer NOT NULL,
  status integer,                      -- HTTP; null: no answer
  fault text,                          -- why there is none
  answer text NOT NULL                 -- its beginning
);
CREATE INDEX webhook_attempt_delivery ON rastro.webhook_attempt (delivery_id, at);

CREATE TRIGGER webhook_updated BEFORE UPDATE OF url, events, secret, active ON rastro.webhook
  FOR EACH ROW EXECUTE FUNCTION rastro.touch_updated_at();

CREATE FUNCTION rastro.event_name(uid uuid) RETURNS text LANGUAGE sql IMMUTABLE AS $$
  SELECT 'evt_' || replace(uid::text, '-', '')
$$;

CREATE FUNCTION rastro.event_time(t timestamptz) RETURNS text LANGUAGE sql STABLE AS $$
  SELECT to_char(t AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')
$$;

CREATE FUNCTION rastro.event_place(place geometry) RETURNS jsonb LANGUAGE sql IMMUTABLE AS $$
  SELECT CASE WHEN place IS NOT NULL THEN jsonb_build_object('latitude', ST_Y(place), 'longitude', ST_X(place)) END
$$;

-- Who has no webhooks pays for no events. The transaction's own time: the oldest that is an event now.
CREATE FUNCTION rastro.events_since() RETURNS timestamptz LANGUAGE sql STABLE AS $$
  SELECT CASE WHEN EXISTS (SELECT FROM rastro.webhook) THEN now() - max_age ELSE 'infinity' END
  FROM rastro.webhook_setting
$$;

-- One delivery of an event for a webhook, and a word to those who deliver.
CREATE FUNCTION rastro.deliver_event(event_id bigint, webhook_id bigint) RETURNS bigint LANGUAGE sql AS $$
  SELECT pg_notify('rastro_webhook', '');
  INSERT INTO rastro.webhook_delivery (webhook_id, event_id) VALUES ($2, $1) RETURNING id
$$;

-- `until`: null while it lasts. The caller holds a lock that keeps others from noting the same at the same time, or is
-- the only one who can.
CREATE FUNCTION rastro.note_event(kind text, subject text, since timestamptz, until timestamptz, happened timestamptz,
                                  of_device bigint, data jsonb) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
  -- Arrivals of one vehicle at one client that are nearer than that are one visit, whose beginning late fixes moved.
  slack CONSTANT interval := CASE WHEN kind LIKE 'visit.%' THEN interval '10 minutes' ELSE interval '0' END;
  noted bigint;
BEGIN
  IF happened < rastro.events_since() OR EXISTS (
      SELECT FROM rastro.event AS e WHERE e.device_id = of_device AND e.type = kind AND e.subject = note_event.subject
        AND e.to_time >= since AND e.from_time <= coalesce(until, 'infinity')) THEN
    RETURN;
  END IF;
  INSERT INTO rastro.event (type, subject, from_time, to_time, happened_at, device_id, device, data)
    SELECT kind, note_event.subject, since, greatest(until, since + slack), happened, of_device,
      (SELECT jsonb_build_object('id', d.id, 'imei', d.imei, 'name', d.name) FROM rastro.device AS d
       WHERE d.id = of_device), note_event.data
    RETURNING id INTO noted;
  -- The lock: a webhook that is being removed is waited for, and then left out.
  PERFORM rastro.deliver_event(noted, wanted.id) FROM (
    SELECT id FROM rastro.webhook WHERE active AND (events = '{}' OR kind = ANY (events)) FOR KEY SHARE) AS wanted;
END $$;

CREATE FUNCTION rastro.note_visit(kind text, visit rastro.visit) RETURNS void LANGUAGE sql AS $$
  SELECT rastro.note_event(kind, visit.client_id::text, visit.arrived_at, visit.left_at,
    CASE kind WHEN 'visit.closed' THEN visit.left_at ELSE visit.arrived_at END, visit.device_id,
    jsonb_build_object(
      'arrived_at', rastro.event_time(visit.arrived_at), 'left_at', rastro.event_time(visit.left_at),
      'client', (SELECT jsonb_build_object('id', c.id, 'uid_client', c.uid_client, 'company_name', c.company_name)
                 FROM rastro.client AS c WHERE c.id = visit.client_id),
      'confidence', round(visit.confidence::numeric, 3), 'ambiguous', visit.ambiguous) ||
      rastro.event_place(visit.position))
$$;

-- A visit goes on when the vehicle stops at its client again without having left the client's surroundings. So it is
-- over once another stop has come, which would be part of it else, ...
CREATE FUNCTION rastro.note_visits() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  oldest CONSTANT timestamptz := rastro.events_since();
BEGIN
  IF NOT isfinite(oldest) THEN
    RETURN NULL;
  END IF;
  PERFORM rastro.note_visit('visit.opened', v) FROM rastro.visit AS v JOIN made USING (device_id, arrived_at)
    WHERE made.arrived_at >= oldest ORDER BY v.arrived_at, v.device_id;
  PERFORM rastro.note_visit('visit.closed', v) FROM rastro.visit AS v JOIN made USING (device_id, arrived_at)
    WHERE made.left_at >= oldest AND (
      EXISTS (SELECT FROM rastro.stop AS s WHERE s.device_id = made.device_id AND s.started_at >= made.left_at) OR
      EXISTS (SELECT FROM rastro.trip AS t JOIN rastro.client AS c ON c.id = made.client_id
              WHERE t.device_id = made.device_id AND t.started_at >= made.left_at AND t.reach_m > c.radius_m))
    ORDER BY v.left_at, v.device_id;
  RETURN NULL;
END $$;

CREATE TRIGGER visit_event AFTER INSERT ON rastro.visit REFERENCING NEW TABLE AS made
  FOR EACH STATEMENT EXECUTE FUNCTION rastro.note_visits();

-- ... or once the vehicle is farther away than the client's radius, of which visits are not told.
CREATE FUNCTION rastro.note_trips() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  oldest CONSTANT timestamptz := rastro.events_since();
BEGIN
  IF NOT isfinite(oldest) THEN
    RETURN NULL;
  END IF;
  PERFORM rastro.note_visit('visit.closed', v) FROM made
    JOIN LATERAL (SELECT * FROM rastro.visit AS last WHERE last.device_id = made.device_id
                  AND last.arrived_at <= made.started_at ORDER BY arrived_at DESC LIMIT 1) AS last ON true
    JOIN rastro.visit AS v ON v.device_id = last.device_id AND v.arrived_at = last.arrived_at
    JOIN rastro.client AS c ON c.id = v.client_id
    WHERE v.left_at >= oldest AND v.left_at <= made.started_at AND made.reach_m > c.radius_m
    ORDER BY v.left_at, v.device_id;
  PERFORM rastro.note_event('trip.closed', '', started_at, ended_at, ended_at, device_id, jsonb_build_object(
      'started_at', rastro.event_time(started_at), 'ended_at', rastro.event_time(ended_at),
      'from', rastro.event_place(from_position), 'to', rastro.event_place(to_position),
      'distance_m', round(distance_m), 'max_speed_kmh', round(max_speed_kmh::numeric, 1),
      'standing_ms', standing_ms, 'ends_in_gap', ends_in_gap))
    FROM made WHERE ended_at >= oldest AND isfinite(settled_at) ORDER BY ended_at, device_id;
  RETURN NULL;
END $$;

CREATE TRIGGER trip_event AFTER INSERT ON rastro.trip REFERENCING NEW TABLE AS made
  FOR EACH STATEMENT EXECUTE FUNCTION rastro.note_trips();

CREATE FUNCTION rastro.note_pending_device() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM rastro.note_event('device.pending', '', now(), now(), now(), NEW.id, '{}');
  RETURN NULL;
END $$;

CREATE TRIGGER device_event AFTER INSERT ON rastro.device
  FOR EACH ROW WHEN (NEW.status = 'pending') EXECUTE FUNCTION rastro.note_pending_device();

-- Whoever cancels writes a row of audit with it: of an order that Rastro keeps when it is done, of one that is relayed
-- before, and its end once that is known (pipeline/postgis/work_order_mirror.h).
CREATE FUNCTION rastro.note_cancelled_order() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM rastro.note_event('workorder.cancelled', NEW.detail->>'wo_id', NEW.at, NEW.at, NEW.at, NULL,
    jsonb_build_object('wo_id', NEW.detail->>'wo_id', 'state', NEW.detail->>'after', 'cause', NEW.detail->>'cause',
      'labels_ids', NEW.detail->'labels_after', 'client', (
        SELECT jsonb_build_object('id', c.id, 'uid_client', c.uid_client, 'company_name', c.company_name)
        FROM rastro.work_order AS o JOIN rastro.client AS c ON c.id = o.client_id
        WHERE o.wo_id = NEW.detail->>'wo_id' AND o.origin = CASE WHEN NEW.detail ? 'relayed' THEN 'persat' ELSE 'rastro' END)));
  RETURN NULL;
END $$;

CREATE TRIGGER audit_event AFTER INSERT OR UPDATE ON rastro.audit
  FOR EACH ROW WHEN (NEW.action = 'work-order-cancel' AND (NOT NEW.detail ? 'relayed' OR NEW.detail->>'status' = '200'))
  EXECUTE FUNCTION rastro.note_cancelled_order();

-- Which devices are there, as subscribers have been told. Kept while there are webhooks.
CREATE TABLE rastro.device_presence (
  device_id bigint PRIMARY KEY,
  seen_at timestamptz NOT NULL,        -- when it was last connected or sent something, to a tenth of the patience
  online boolean NOT NULL
) WITH (fillfactor = 70);

-- A look at who is there: `connected` to the gateway that asks, or heard of within `patience`. Gateways look one after
-- another. How many devices have come or gone.
CREATE FUNCTION rastro.note_presence(connected text[], at timestamptz, patience interval) RETURNS integer
LANGUAGE plpgsql AS $$
DECLARE
  before timestamptz;
  changes integer;
BEGIN
  IF NOT EXISTS (SELECT FROM rastro.webhook) THEN
    RETURN 0;
  END IF;
  SELECT presence_at INTO before FROM rastro.webhook_setting FOR UPDATE;
  UPDATE rastro.webhook_setting SET presence_at = at;
  -- Nobody has looked for so long that it is we who were away: what was there has its time again to show itself.
  IF before < at - patience THEN
    UPDATE rastro.device_presence SET seen_at = at WHERE online;
  END IF;
  -- At the very first look nobody has come: they were there.
  INSERT INTO rastro.device_presence AS known (device_id, seen_at, online)
    SELECT id, seen, before IS NULL FROM (
      SELECT d.id, p.seen_at AS known_at, greatest(CASE WHEN d.imei = ANY (connected) THEN at END, f.received_at) AS seen
      FROM rastro.device AS d LEFT JOIN rastro.device_last_fix AS f ON f.device_id = d.id
        LEFT JOIN rastro.device_presence AS p ON p.device_id = d.id) AS heard
    WHERE seen > at - patience AND (known_at IS NULL OR known_at < seen - patience / 10)
    ORDER BY id ON CONFLICT (device_id) DO UPDATE SET seen_at = excluded.seen_at;
  WITH changed AS (
    UPDATE rastro.device_presence SET online = NOT online WHERE online <> (seen_at > at - patience) RETURNING *
  ), noted AS (
    SELECT rastro.note_event(CASE WHEN online THEN 'device.online' ELSE 'device.offline' END, '', at, at,
      CASE WHEN online THEN seen_at ELSE at END, device_id,
      jsonb_build_object('last_seen_at', rastro.event_time(seen_at)))
    FROM changed
  ) SELECT count(*) INTO changes FROM noted;
  RETURN changes;
END $$;
