-- Work orders that Rastro keeps itself, with the states and rules of Persat's. What was done with them stands in
-- rastro.audit (actions work-order-insert, work-order-label, work-order-cancel), which outlives them.

CREATE TABLE rastro.work_order (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  wo_id text NOT NULL UNIQUE,        -- as programs name it; of one that was entered here the id
  -- PENDIENTE has no date, PROYECTADA nobody who goes, ASIGNADA both; what a cancelled one ends in is configured.
  state text NOT NULL CHECK (state <> ''),
  client_id bigint NOT NULL REFERENCES rastro.client (id) ON DELETE CASCADE,  -- as Persat: orders go with their client
  schema_id bigint NOT NULL,
  service_time_min integer NOT NULL CHECK (service_time_min >= 0),
  date date,                         -- of the local calendar
  starts_min integer CHECK (starts_min BETWEEN 0 AND 1439),  -- minutes of the local day
  responsibles jsonb NOT NULL DEFAULT '[]' CHECK (jsonb_typeof(responsibles) = 'array'),
  labels_ids jsonb NOT NULL DEFAULT '[]' CHECK (jsonb_typeof(labels_ids) = 'array'),
  cause text CHECK (char_length(cause) BETWEEN 1 AND 500),  -- why it was cancelled
  rest jsonb NOT NULL DEFAULT '{}' CHECK (jsonb_typeof(rest) = 'object'),  -- members that have no column, as they came
  created_at timestamptz NOT NULL DEFAULT now(),
  created_by text NOT NULL,
  updated_at timestamptz NOT NULL DEFAULT now(),
  CHECK ((date IS NULL) = (starts_min IS NULL))
);

CREATE INDEX work_order_date ON rastro.work_order (date, starts_min, id) WHERE date IS NOT NULL;
CREATE INDEX work_order_client ON rastro.work_order (client_id, date);

CREATE TRIGGER work_order_updated BEFORE UPDATE ON rastro.work_order
  FOR EACH ROW EXECUTE FUNCTION rastro.touch_updated_at();

CREATE FUNCTION rastro.number_work_order() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  NEW.wo_id := coalesce(nullif(NEW.wo_id, ''), NEW.id::text);
  RETURN NEW;
END $$;

CREATE TRIGGER work_order_number BEFORE INSERT ON rastro.work_order
  FOR EACH ROW EXECUTE FUNCTION rastro.number_work_order();

CREATE INDEX audit_work_order ON rastro.audit ((detail->>'wo_id'), at) WHERE detail ? 'wo_id';
