-- What api_read.py reads: the rows of a fleet's October.
SET search_path = rastro, public;
INSERT INTO device (imei, status) SELECT (860000000000000 + n)::text, 'active' FROM generate_series(1, :devices) AS n
  ON CONFLICT DO NOTHING;
INSERT INTO device_last_fix (device_id, fix_time, received_at, record_hash, position)
  SELECT id, '2026-10-31 12:00Z', '2026-10-31 12:00Z', id, ST_SetSRID(ST_MakePoint(-58.9 + id % 100 * 0.01, -34.9 + id / 100 * 0.01), 4326)
  FROM device ON CONFLICT DO NOTHING;
INSERT INTO client (uid_client, company_name, position)
  SELECT 'C-' || n, 'Cliente número ' || n, ST_SetSRID(ST_MakePoint(-58.9 + n % 100 * 0.01, -34.9 + n / 100 * 0.1), 4326)
  FROM generate_series(1, 1000) AS n ON CONFLICT DO NOTHING;
INSERT INTO tracking_parameters (parameters) VALUES ('{"min_stop_s": 120}') ON CONFLICT DO NOTHING;
-- A hundred a device in October, in the order in which they happen.
CREATE TEMPORARY TABLE happened AS
  SELECT device.id AS device_id, timestamptz '2026-10-01 03:00Z' + n * interval '26000 s' + device.id % 3600 * interval '1 s' AS at,
    ST_SetSRID(ST_MakePoint(-58.9 + device.id % 100 * 0.01, -34.9 + n * 0.001), 4326) AS place, n
  FROM generate_series(0, 99) AS n, device ORDER BY n, device.id;
INSERT INTO visit (device_id, client_id, arrived_at, left_at, confidence, distance_m, spread_m, stops, fixes, parameters_id,
                   ambiguous, position)
  SELECT device_id, (SELECT min(id) FROM client) + (device_id + n) % 1000, at, at + interval '15 min', 0.9, 20, 5, 1, 30, 1,
    false, place FROM happened;
INSERT INTO stop (device_id, started_at, ended_at, settled_at, idling_ms, spread_m, fixes, parameters_id, position)
  SELECT device_id, at, at + interval '15 min', at + interval '20 min', 0, 5, 30, 1, place FROM happened;
INSERT INTO trip (device_id, started_at, ended_at, settled_at, distance_m, measured_m, reach_m, standing_ms, overspeed_ms,
                  max_speed_kmh, parameters_id, ends_in_gap, from_position, to_position, line)
  SELECT device_id, at + interval '15 min', at + interval '1 hour', at + interval '1 hour', 20000, 20000, 9000, 60000, 0, 90, 1,
    false, place, place, ST_MakeLine(place, ST_Translate(place, 0.01, 0.01)) FROM happened;
INSERT INTO day_statistics (device_id, day, settled_at, distance_m, driving_ms, standing_ms, idling_ms, stopped_ms, unknown_ms,
                            engine_ms, overspeed_ms, max_speed_kmh, trips, stops, parameters_id)
  SELECT id, day, day + interval '1 day', 80000, 1, 1, 1, 1, 0, 1, 0, 90, 4, 4, 1
  FROM generate_series('2026-10-01', '2026-10-31', interval '1 day') AS day, device;
INSERT INTO fix (device_id, fix_time, received_at, record_hash, protocol, valid, position, attributes)
  SELECT (SELECT min(id) FROM device), at, at, extract(epoch FROM at)::bigint, 1, true,
    ST_SetSRID(ST_MakePoint(-58.9 + extract(epoch FROM at - '2026-10-05') * 1e-6, -34.9), 4326), '{}'
  FROM generate_series(timestamptz '2026-10-05 03:00Z', '2026-10-06 02:59:30Z', interval '30 s') AS at;
ANALYZE device, client, visit, stop, trip, day_statistics, fix;
