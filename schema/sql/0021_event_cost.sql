-- What noting events costs tracking, made less; what is noted stays the same. Functions in SQL are planned anew in each
-- statement that calls them, those in PL/pgSQL once a session; and a visit that is written again, as nearly all are that
-- last, is looked up before what would be told of it is put together.

CREATE OR REPLACE FUNCTION rastro.events_since() RETURNS timestamptz LANGUAGE plpgsql STABLE AS $$
BEGIN
  IF NOT EXISTS (SELECT FROM rastro.webhook) THEN
    RETURN 'infinity';
  END IF;
  RETURN (SELECT now() - max_age FROM rastro.webhook_setting);
END $$;

-- Not IMMUTABLE, as what makes the JSON is not: so it becomes part of the statement that calls it.
CREATE OR REPLACE FUNCTION rastro.event_place(place geometry) RETURNS jsonb LANGUAGE sql STABLE AS $$
  SELECT CASE WHEN place IS NOT NULL THEN jsonb_build_object('latitude', ST_Y(place), 'longitude', ST_X(place)) END
$$;

CREATE OR REPLACE FUNCTION rastro.deliver_event(event_id bigint, webhook_id bigint) RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE
  delivery bigint;
BEGIN
  PERFORM pg_notify('rastro_webhook', '');
  INSERT INTO rastro.webhook_delivery (webhook_id, event_id) VALUES ($2, $1) RETURNING id INTO delivery;
  RETURN delivery;
END $$;

-- VOLATILE, to see what the same statement has noted before.
CREATE FUNCTION rastro.is_noted(kind text, of_subject text, since timestamptz, until timestamptz, of_device bigint)
RETURNS boolean LANGUAGE plpgsql VOLATILE AS $$
BEGIN
  RETURN EXISTS (
    SELECT FROM rastro.event AS e WHERE e.device_id = of_device AND e.type = kind AND e.subject = of_subject
      AND e.to_time >= since AND e.from_time <= coalesce(until, 'infinity'));
END $$;

CREATE OR REPLACE FUNCTION rastro.note_event(kind text, subject text, since timestamptz, until timestamptz,
                                             happened timestamptz, of_device bigint, data jsonb)
RETURNS void LANGUAGE plpgsql AS $$
DECLARE
  -- Arrivals of one vehicle at one client that are nearer than that are one visit, whose beginning late fixes moved.
  slack CONSTANT interval := CASE WHEN kind LIKE 'visit.%' THEN interval '10 minutes' ELSE interval '0' END;
  noted bigint;
BEGIN
  IF happened < rastro.events_since() OR rastro.is_noted(kind, subject, since, until, of_device) THEN
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

CREATE OR REPLACE FUNCTION rastro.note_visit(kind text, visit rastro.visit) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  IF rastro.is_noted(kind, visit.client_id::text, visit.arrived_at, visit.left_at, visit.device_id) THEN
    RETURN;
  END IF;
  PERFORM rastro.note_event(kind, visit.client_id::text, visit.arrived_at, visit.left_at,
    CASE kind WHEN 'visit.closed' THEN visit.left_at ELSE visit.arrived_at END, visit.device_id,
    jsonb_build_object(
      'arrived_at', rastro.event_time(visit.arrived_at), 'left_at', rastro.event_time(visit.left_at),
      'client', (SELECT jsonb_build_object('id', c.id, 'uid_client', c.uid_client, 'company_name', c.company_name)
                 FROM rastro.client AS c WHERE c.id = visit.client_id),
      'confidence', round(visit.confidence::numeric, 3), 'ambiguous', visit.ambiguous) ||
      rastro.event_place(visit.position));
END $$;
