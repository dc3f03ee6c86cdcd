-- How many events were ever noted, by type: those that are kept, which the index tells, and those that were deleted since.
-- Writers of events pay for the index alone.
CREATE INDEX event_type ON rastro.event (type);

CREATE TABLE rastro.event_deleted (
  type text PRIMARY KEY,
  count bigint NOT NULL
);

CREATE FUNCTION rastro.count_deleted_events() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  -- In one order, as gateways delete side by side.
  INSERT INTO rastro.event_deleted AS known (type, count)
    SELECT type, count(*) FROM deleted GROUP BY type ORDER BY type
    ON CONFLICT (type) DO UPDATE SET count = known.count + excluded.count;
  RETURN NULL;
END $$;

CREATE TRIGGER event_deleted AFTER DELETE ON rastro.event REFERENCING OLD TABLE AS deleted
  FOR EACH STATEMENT EXECUTE FUNCTION rastro.count_deleted_events();
