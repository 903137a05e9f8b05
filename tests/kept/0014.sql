INSERT INTO accounts ("id", "telegram_id", "name", "current_person_id", "created_at") VALUES
(1, 1999, 'Owner', 8, '2026-06-20 09:00:00.025185'),
(2, 1001, 'Alice', 2, '2026-06-20 09:00:00.034261'),
(3, 1002, 'Bob', 3, '2026-06-20 09:00:00.035831'),
(4, 1004, 'Dana', 4, '2026-06-20 09:00:00.036952'),
(5, 1003, 'Charlie', 5, '2026-06-20 09:00:00.037988'),
(6, 1005, 'Sam', 6, '2026-06-20 09:00:00.038983');

INSERT INTO companies ("id", "handle", "name", "currency", "time_zone", "week_start", "financial_year_month", "day_first", "locale", "number_format", "has_spanning_orders", "has_shared_orders", "has_mixed_orders", "correction_days", "takes_orders_ahead", "closed_before", "closed_at", "closed_by", "created_at") VALUES
(1, 'my_company', 'My company', 'SAR', 'Asia/Riyadh', 5, 1, TRUE, 'en', 'international', FALSE, FALSE, FALSE, NULL, FALSE, NULL, NULL, NULL, '2026-06-20 09:00:00.022874'),
(2, 'lumina', 'Lumina', 'SAR', 'Asia/Riyadh', 5, 1, TRUE, 'en', 'international', FALSE, TRUE, FALSE, 60, FALSE, '2026-06-01', '2026-07-21 09:00:00.052610', 6, '2026-06-20 09:00:00.032060'),
(3, 'corner_shop', 'Corner Shop', 'EUR', 'Europe/Berlin', 5, 1, TRUE, 'en', 'international', FALSE, FALSE, FALSE, NULL, FALSE, NULL, NULL, NULL, '2026-07-21 09:00:00.069751');

INSERT INTO setup_codes ("id", "code_hash", "expires_at", "claimed_at") VALUES
(1, '188f05f2b0cf751d435407375088538a596812fbc8ed8aa519fdacbe77b8f8fb', '2026-06-21 09:00:00.000000', '2026-06-20 09:00:00.009474');

INSERT INTO wrong_codes ("id", "telegram_id", "tries", "last_at") VALUES
(1, 1999, 1, '2026-06-20 09:00:00.006273');

INSERT INTO branches ("company_id", "id", "handle", "name", "time_zone") VALUES
(1, 1, 'main', 'Main', NULL),
(2, 2, 'mall', 'Mall', NULL),
(2, 3, 'corniche', 'Corniche', NULL),
(2, 4, 'airport', 'Airport', NULL),
(3, 5, 'main', 'Main', NULL);

INSERT INTO categories ("company_id", "id", "name") VALUES
(2, 1, 'Lighting'),
(2, 2, 'Fitness'),
(2, 3, 'Lamps');

INSERT INTO custom_fields ("company_id", "id", "name", "label") VALUES
(2, 1, 'route', 'Route'),
(2, 2, 'voucher_number', 'Voucher number'),
(2, 3, 'voucher_type', 'Voucher type'),
(2, 4, 'master_id', 'Master id'),
(2, 5, 'reference', 'Reference'),
(2, 6, 'party_gstin', 'GSTIN of the party'),
(2, 7, 'buyer', 'Buyer'),
(2, 8, 'ledger', 'Sales ledger'),
(2, 9, 'unit', 'Unit'),
(2, 10, 'godown', 'Godown'),
(2, 11, 'batch', 'Batch'),
(2, 12, 'cost_centre', 'Cost centre'),
(2, 13, 'source_company', 'Source company'),
(2, 14, 'source_company_guid', 'Source company GUID'),
(2, 15, 'source_company_tallyloc_id', 'Source company Tally location');

INSERT INTO customers ("company_id", "id", "identity", "name", "folded_name", "folded_identity") VALUES
(2, 1, 'name:jane roe', 'Jane Roe', 'jane roe', 'name:jane roe'),
(2, 2, 'name:hala mansour', 'Hala Mansour', 'hala mansour', 'name:hala mansour'),
(2, 3, 'name:omar "o" khalil', 'Omar "O" Khalil', 'omar "o" khalil', 'name:omar "o" khalil'),
(2, 4, 'name:émile zola', 'Émile Zola', 'émile zola', 'name:émile zola'),
(2, 5, 'name:asha traders', 'Asha Traders', 'asha traders', 'name:asha traders'),
(2, 6, 'name:åse & sønner', 'Åse & Sønner', 'åse & sønner', 'name:åse & sønner'),
(3, 7, 'name:jürgen', 'Jürgen', 'jürgen', 'name:jürgen'),
(2, 8, 'name:jane', 'Jane', 'jane', 'name:jane'),
(2, 9, 'name:omar khalil', 'Omar Khalil', 'omar khalil', 'name:omar khalil');

INSERT INTO documents ("company_id", "id", "kind", "source", "external_id", "original_id", "revision", "created_at") VALUES
(2, 1, 'sale', 'chat', '4200000000:1002:1', NULL, 2, '2026-06-20 09:00:00.286670'),
(2, 2, 'return', 'chat', '4200000000:1002:3', NULL, 1, '2026-06-20 09:00:00.319307'),
(2, 3, 'sale', 'chat', '4200000000:1002:5', NULL, 1, '2026-06-20 09:00:00.388876'),
(2, 4, 'sale', 'chat', '4200000000:1002:7', NULL, 3, '2026-06-20 09:00:00.395713'),
(2, 5, 'sale', 'chat', '4200000000:1002:9', NULL, 1, '2026-06-20 09:00:00.412574'),
(2, 6, 'sale', 'chat', '4200000000:1002:11', NULL, 2, '2026-06-20 09:00:00.415688'),
(2, 7, 'sale', 'chat', '4200000000:1002:13', NULL, 1, '2026-06-20 09:00:00.422987'),
(2, 8, 'exchange', 'chat', '4200000000:1002:15', NULL, 1, '2026-06-20 09:00:00.426486'),
(2, 9, 'sale', 'chat', 'out:4200000000:1002:15', 8, 1, '2026-06-20 09:00:00.427403'),
(2, 10, 'guest', 'chat', '4200000000:1003:1', NULL, 1, '2026-06-20 09:00:00.433603'),
(2, 11, 'sale', 'chat', '4200000000:1003:3', NULL, 1, '2026-06-20 09:00:00.437207'),
(2, 12, 'sale', 'chat', '4200000000:1004:1', NULL, 2, '2026-06-20 09:00:00.440543'),
(2, 13, 'sale', 'chat', '4200000000:1004:3', NULL, 1, '2026-06-20 09:00:00.448077'),
(2, 14, 'sale', 'chat', '4200000000:1001:16', NULL, 2, '2026-06-20 09:00:00.464485'),
(2, 15, 'sale', 'chat', '4200000000:-100500:1', NULL, 1, '2026-06-20 09:00:00.471989'),
(2, 16, 'sale', 'import:sales', 'A-1', NULL, 1, '2026-06-20 09:00:00.553423'),
(2, 17, 'sale', 'import:sales', 'A-2', NULL, 1, '2026-06-20 09:00:00.553423'),
(2, 18, 'sale', 'import:sales', 'B-1	2', NULL, 2, '2026-06-20 09:00:00.599500'),
(2, 19, 'sale', 'import:sales', 'B-2	2', NULL, 2, '2026-06-20 09:00:00.599500'),
(2, 20, 'sale', 'import:qty_sold', 'qty_sold_2', NULL, 1, '2026-06-20 09:00:00.686115'),
(2, 21, 'sale', 'import:tally', 'g-1', NULL, 2, '2026-06-20 09:00:00.716497'),
(2, 22, 'sale', 'import:tally', 'g-2', NULL, 2, '2026-06-20 09:00:00.716497'),
(2, 23, 'return', 'import:tally', 'g-3', NULL, 1, '2026-06-20 09:00:00.716497'),
(3, 24, 'sale', 'chat', '4200000000:1999:7', NULL, 1, '2026-07-21 09:00:00.119663'),
(2, 25, 'sale', 'chat', '4200000000:1002:22', NULL, 1, '2026-07-21 09:00:00.127737'),
(2, 26, 'sale', 'chat', '4200000000:1002:25:bulk:183bbaaa867f0c18.1', NULL, 1, '2026-07-21 09:00:00.139702'),
(2, 27, 'sale', 'chat', '4200000000:1002:25:bulk:b8678188fa13c8fa.1', NULL, 1, '2026-07-21 09:00:00.141265'),
(2, 28, 'sale', 'chat', '4200000000:1002:27:again', NULL, 1, '2026-07-21 09:00:00.145797'),
(2, 29, 'sale', 'chat', '4200000000:1002:29', NULL, 1, '2026-07-21 09:00:00.147947'),
(2, 30, 'sale', 'chat', '4200000000:1003:5', NULL, 1, '2026-07-21 09:00:00.155735'),
(2, 31, 'return', 'chat', '4200000000:1003:7', NULL, 1, '2026-07-21 09:00:00.158202'),
(2, 32, 'sale', 'api', '3:call-4', NULL, 1, '2026-07-21 09:00:00.352588'),
(2, 33, 'sale', 'import:sales', 'C-1', NULL, 1, '2026-07-21 09:00:00.430449'),
(2, 34, 'sale', 'import:sales', 'C-2', NULL, 1, '2026-07-21 09:00:00.430449'),
(2, 35, 'sale', 'chat', '4200000000:1003:9', NULL, 1, '2026-07-22 15:00:00.019701');

INSERT INTO exchange_rates ("company_id", "id", "currency", "day", "rate_e9") VALUES
(2, 1, 'USD', '2026-06-20', 3750000000);

INSERT INTO known_values ("company_id", "dimension", "value") VALUES
(2, 'coupon', 'SUMMER'),
(2, 'currency', 'USD'),
(2, 'platform', 'Etsy'),
(2, 'platform', 'Migrated'),
(2, 'platform', 'Shopify'),
(2, 'source', 'api'),
(2, 'source', 'chat'),
(2, 'source', 'import:qty_sold'),
(2, 'source', 'import:sales'),
(2, 'source', 'import:tally'),
(3, 'source', 'chat');

INSERT INTO outbox ("company_id", "id", "event", "subject", "chat_id", "content", "created_at", "claimed_at", "attempts", "next_attempt_at", "delivered_at", "dropped_at", "failure") VALUES
(2, 1, 'share_asked', 'share:12:3', 1002, '{"document_id": 12, "share_e2": 3000, "asked_by": "Dana"}', '2026-06-20 09:00:00.444599', '2026-06-20 09:00:00.453343', 1, '2026-06-20 09:00:00.444599', '2026-06-20 09:00:00.457390', NULL, NULL),
(2, 2, 'share_asked', 'share:13:2', 1001, '{"document_id": 13, "share_e2": 2000, "asked_by": "Dana"}', '2026-06-20 09:00:00.449359', '2026-06-20 09:00:00.453343', 1, '2026-06-20 09:00:00.449359', '2026-06-20 09:00:00.457721', NULL, NULL),
(2, 3, 'goals_met', NULL, 1001, '{"goals": [{"goal_id": 7, "measure": "revenue", "target": 10000000, "person": "Bob", "product": null, "start": "2026-07-01", "last": "2026-07-31", "currency": "SAR"}]}', '2026-07-21 09:00:00.149615', '2026-07-22 15:00:00.012035', 1, '2026-07-21 09:00:00.149615', '2026-07-22 15:00:00.014400', NULL, NULL),
(2, 4, 'digest', 'digest:1', 1001, '{"cadence": "daily", "title": "Mall", "is_own": false, "period": {"start": "2026-07-22", "end": "2026-07-23", "name": "day", "unit": null}, "before": {"start": "2026-07-21", "end": "2026-07-22", "name": "day", "unit": null}, "is_so_far": true, "kpis": [{"measure": "revenue", "label": "Revenue", "unit": "money", "value": 0, "before": 11949700}, {"measure": "orders", "label": "Orders", "unit": "count", "value": 0, "before": 5}, {"measure": "units", "label": "Units", "unit": "quantity", "value": 0, "before": 46000}, {"measure": "average_order_value", "label": "Average order value", "unit": "money", "value": null, "before": "2389940"}, {"measure": "customers", "label": "Customers", "unit": "count", "value": 0, "before": 1}], "ranking": {"ranks": [], "measure": "revenue", "period": {"start": "2026-07-22", "end": "2026-07-23", "name": "day", "unit": null}, "total_revenue_e4": 0, "currency": "SAR"}, "more_ranks": 0, "goals": [{"goal": {"id": 6, "branch_id": 2, "person_id": null, "person_name": null, "product_id": null, "product_name": null, "measure": "revenue", "target": 128000000, "period": {"start": "2026-07-01", "end": "2026-08-01", "name": "custom", "unit": null}, "met_at": null, "category": "Lighting"}, "value": 12949300, "status": "at risk"}, {"goal": {"id": 7, "branch_id": 2, "person_id": 3, "person_name": "Bob", "product_id": null, "product_name": null, "measure": "revenue", "target": 10000000, "period": {"start": "2026-07-01", "end": "2026-08-01", "name": "custom", "unit": null}, "met_at": "2026-07-21T09:00:00.148464Z", "category": null}, "value": 12449500, "status": "achieved"}], "more_goals": 0, "best_product": null, "currency": "SAR", "due_at": "2026-07-22T15:00:00Z", "time_zone": "Asia/Riyadh"}', '2026-07-22 15:00:00.010188', '2026-07-22 15:00:00.012035', 1, '2026-07-22 15:00:00.010188', '2026-07-22 15:00:00.015672', NULL, NULL);

INSERT INTO products ("company_id", "id", "sku", "name", "category", "subcategory", "price_e4", "cost_e4", "tracks_stock", "reorder_point_e3", "is_active", "changes", "created_at") VALUES
(2, 1, 'SOL-3077', 'SolarGlow Outdoor Lights', 'Lighting', NULL, 249900, 114000, TRUE, 20000, TRUE, 0, '2026-06-20 09:00:00.043453'),
(2, 2, 'GAM-2211', 'GripArm Pro Dumbbell Set', 'Fitness', NULL, 1199900, NULL, FALSE, NULL, TRUE, 0, '2026-06-20 09:00:00.046294'),
(2, 3, 'NEW-1', 'Brass Lantern', NULL, NULL, 890000, 605000, FALSE, NULL, TRUE, 0, '2026-06-20 09:00:00.478745'),
(2, 4, 'SUSSHOLZ-250G', 'Süßholz 250g', NULL, NULL, NULL, NULL, FALSE, NULL, TRUE, 0, '2026-06-20 09:00:00.554837'),
(2, 5, 'PEN', 'Pen', NULL, NULL, NULL, NULL, FALSE, NULL, TRUE, 0, '2026-06-20 09:00:00.719932'),
(3, 6, 'SOL-3077', 'SolarGlow', NULL, NULL, 199900, NULL, TRUE, NULL, TRUE, 0, '2026-07-21 09:00:00.106020');

INSERT INTO recalculations ("company_id", "id", "asked_at", "held_at", "done_at", "checked") VALUES
(2, 1, '2026-07-21 09:00:00.258160', NULL, '2026-07-21 09:00:00.344249', '[["branch_day", 11, 0], ["person_day", 13, 0], ["person_month", 7, 0], ["platform_month", 4, 0], ["coupon_month", 1, 0], ["product_day", 13, 0], ["product_month", 8, 0], ["product_year", 6, 0], ["branch_product_month", 9, 0], ["anonymous_day", 7, 0], ["customer_day", 9, 0], ["branch_customer_month", 7, 0], ["branch_customers_month", 3, 0], ["customer_month", 7, 0], ["customers_month", 2, 0], ["customer_year", 6, 0], ["customers_year", 1, 0]]');

INSERT INTO rollup_anonymous_day ("company_id", "branch_id", "day", "entries", "lines", "units_e3", "revenue_e4", "discount_e4", "cost_e4", "profit_e4", "returns_e4", "exchanges_e4", "guest_e4", "tax_e4", "invoiced_e4") VALUES
(2, 2, '2026-06-17', 1, 1, 5000, 1249500, 0, 570000, 679500, 0, 0, 0, 0, 1249500),
(2, 2, '2026-06-19', 1, 1, 2000, 499800, 0, 228000, 271800, 0, 0, 0, 75000, 574800),
(2, 2, '2026-06-20', 10, 7, 18000, 10023900, 0, 1368000, 1456500, 249900, 1199900, 499800, 0, 10023900),
(2, 2, '2026-07-20', 1, 1, 2000, 499800, 0, 228000, 271800, 0, 0, 0, 0, 499800),
(2, 2, '2026-07-21', 4, 4, 45000, 11749700, 0, 5130000, 6619700, 0, 0, 0, 0, 11749700),
(2, 3, '2026-06-20', 2, 2, 2000, 13800000, 0, 0, 0, 0, 0, 0, 0, 13800000),
(2, 3, '2026-07-21', 1, 0, 0, 0, 0, 0, 0, 1199900, 0, 0, 0, 0),
(2, 3, '2026-07-22', 1, 1, 1000, 1199900, 0, 0, 0, 0, 0, 0, 0, 1199900);

INSERT INTO rollup_branch_customer_month ("company_id", "branch_id", "customer_id", "day", "entries", "lines", "units_e3", "revenue_e4", "discount_e4", "cost_e4", "profit_e4", "returns_e4", "exchanges_e4", "guest_e4", "tax_e4", "invoiced_e4") VALUES
(2, 2, 1, '2026-06-01', 2, 2, 5000, 1174500, 75000, 342000, 332700, 0, 0, 0, 0, 1174500),
(2, 2, 2, '2026-06-01', 1, 1, 1000, 1000000, 0, 0, 0, 0, 0, 0, 0, 1000000),
(2, 2, 3, '2026-06-01', 1, 1, 1000, 890525, 0, 0, 0, 0, 0, 0, 0, 890525),
(2, 2, 4, '2026-06-01', 1, 1, 3000, 120000, 0, 0, 0, 0, 0, 0, 0, 120000),
(2, 2, 5, '2026-06-01', 2, 1, 10000, 1200000, 0, 0, 0, 200000, 0, 0, 108000, 1308000),
(2, 2, 6, '2026-06-01', 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0),
(2, 2, 1, '2026-07-01', 1, 1, 2000, 499800, 0, 0, 0, 0, 0, 0, 0, 499800),
(2, 2, 3, '2026-07-01', 1, 1, 1000, 890525, 0, 0, 0, 0, 0, 0, 0, 890525),
(2, 2, 4, '2026-07-01', 1, 1, 3000, 120000, 0, 0, 0, 0, 0, 0, 0, 120000),
(2, 2, 8, '2026-07-01', 1, 1, 1000, 200000, 0, 114000, 86000, 0, 0, 0, 0, 200000),
(2, 3, 2, '2026-07-01', 1, 1, 1000, 1199900, 0, 0, 0, 0, 0, 0, 0, 1199900),
(3, 5, 7, '2026-07-01', 1, 1, 2000, 399800, 0, 0, 0, 0, 0, 0, 0, 399800);

INSERT INTO rollup_branch_customers_month ("company_id", "branch_id", "day", "entries", "customers") VALUES
(2, 2, '2026-06-01', 5, 5),
(2, 2, '2026-07-01', 4, 4),
(2, 3, '2026-07-01', 1, 1),
(3, 5, '2026-07-01', 1, 1);

INSERT INTO rollup_branch_day ("company_id", "branch_id", "day", "entries", "lines", "units_e3", "revenue_e4", "discount_e4", "cost_e4", "profit_e4", "returns_e4", "exchanges_e4", "guest_e4", "tax_e4", "invoiced_e4", "orders") VALUES
(2, 2, '2026-06-01', 1, 1, 10000, 1200000, 0, 0, 0, 0, 0, 0, 108000, 1308000, 1),
(2, 2, '2026-06-02', 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0),
(2, 2, '2026-06-03', 1, 0, 0, 0, 0, 0, 0, 200000, 0, 0, 0, 0, 0),
(2, 2, '2026-06-14', 1, 1, 2000, 499800, 0, 0, 0, 0, 0, 0, 0, 499800, 1),
(2, 2, '2026-06-15', 2, 2, 4000, 1010525, 0, 0, 0, 0, 0, 0, 0, 1010525, 1),
(2, 2, '2026-06-17', 1, 1, 5000, 1249500, 0, 570000, 679500, 0, 0, 0, 0, 1249500, 1),
(2, 2, '2026-06-19', 1, 1, 2000, 499800, 0, 228000, 271800, 0, 0, 0, 75000, 574800, 1),
(2, 2, '2026-06-20', 12, 9, 22000, 11698600, 75000, 1710000, 1789200, 249900, 1199900, 499800, 0, 11698600, 8),
(2, 2, '2026-07-14', 1, 1, 2000, 499800, 0, 0, 0, 0, 0, 0, 0, 499800, 1),
(2, 2, '2026-07-15', 2, 2, 4000, 1010525, 0, 0, 0, 0, 0, 0, 0, 1010525, 1),
(2, 2, '2026-07-20', 1, 1, 2000, 499800, 0, 228000, 271800, 0, 0, 0, 0, 499800, 1),
(2, 2, '2026-07-21', 5, 5, 46000, 11949700, 0, 5244000, 6705700, 0, 0, 0, 0, 11949700, 5),
(2, 3, '2026-06-20', 2, 2, 2000, 13800000, 0, 0, 0, 0, 0, 0, 0, 13800000, 2),
(2, 3, '2026-07-21', 2, 1, 1000, 1199900, 0, 0, 0, 1199900, 0, 0, 0, 1199900, 1),
(2, 3, '2026-07-22', 1, 1, 1000, 1199900, 0, 0, 0, 0, 0, 0, 0, 1199900, 1),
(3, 5, '2026-07-21', 1, 1, 2000, 399800, 0, 0, 0, 0, 0, 0, 0, 399800, 1);

INSERT INTO rollup_branch_product_month ("company_id", "branch_id", "product_id", "day", "entries", "lines", "units_e3", "revenue_e4", "discount_e4", "cost_e4", "profit_e4", "returns_e4", "exchanges_e4", "guest_e4", "tax_e4", "invoiced_e4") VALUES
(2, 2, 1, '2026-06-01', 11, 9, 24000, 5748300, 75000, 2508000, 2740500, 249900, 0, 499800, 75000, 5823300),
(2, 2, 2, '2026-06-01', 4, 3, 7000, 8199400, 0, 0, 0, 0, 1199900, 0, 0, 8199400),
(2, 2, 3, '2026-06-01', 1, 1, 1000, 890525, 0, 0, 0, 0, 0, 0, 0, 890525),
(2, 2, 4, '2026-06-01', 1, 1, 3000, 120000, 0, 0, 0, 0, 0, 0, 0, 120000),
(2, 2, 5, '2026-06-01', 2, 1, 10000, 1200000, 0, 0, 0, 200000, 0, 0, 108000, 1308000),
(2, 2, 1, '2026-07-01', 7, 7, 50000, 12949300, 0, 5472000, 6977500, 0, 0, 0, 0, 12949300),
(2, 2, 3, '2026-07-01', 1, 1, 1000, 890525, 0, 0, 0, 0, 0, 0, 0, 890525),
(2, 2, 4, '2026-07-01', 1, 1, 3000, 120000, 0, 0, 0, 0, 0, 0, 0, 120000),
(2, 3, 0, '2026-06-01', 1, 1, 1000, 12500000, 0, 0, 0, 0, 0, 0, 0, 12500000),
(2, 3, 2, '2026-06-01', 1, 1, 1000, 1300000, 0, 0, 0, 0, 0, 0, 0, 1300000),
(2, 3, 2, '2026-07-01', 3, 2, 2000, 2399800, 0, 0, 0, 1199900, 0, 0, 0, 2399800),
(3, 5, 6, '2026-07-01', 1, 1, 2000, 399800, 0, 0, 0, 0, 0, 0, 0, 399800);

INSERT INTO rollup_coupon_month ("company_id", "branch_id", "person_id", "coupon", "day", "entries", "lines", "units_e3", "revenue_e4", "discount_e4", "cost_e4", "profit_e4", "returns_e4", "exchanges_e4", "guest_e4", "tax_e4", "invoiced_e4", "orders") VALUES
(2, 2, 3, 'SUMMER', '2026-06-01', 1, 1, 3000, 674700, 75000, 342000, 332700, 0, 0, 0, 0, 674700, 1);

INSERT INTO rollup_customer_day ("company_id", "branch_id", "customer_id", "day", "entries", "lines", "units_e3", "revenue_e4", "discount_e4", "cost_e4", "profit_e4", "returns_e4", "exchanges_e4", "guest_e4", "tax_e4", "invoiced_e4") VALUES
(2, 2, 5, '2026-06-01', 1, 1, 10000, 1200000, 0, 0, 0, 0, 0, 0, 108000, 1308000),
(2, 2, 6, '2026-06-02', 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0),
(2, 2, 5, '2026-06-03', 1, 0, 0, 0, 0, 0, 0, 200000, 0, 0, 0, 0),
(2, 2, 1, '2026-06-14', 1, 1, 2000, 499800, 0, 0, 0, 0, 0, 0, 0, 499800),
(2, 2, 3, '2026-06-15', 1, 1, 1000, 890525, 0, 0, 0, 0, 0, 0, 0, 890525),
(2, 2, 4, '2026-06-15', 1, 1, 3000, 120000, 0, 0, 0, 0, 0, 0, 0, 120000),
(2, 2, 1, '2026-06-20', 1, 1, 3000, 674700, 75000, 342000, 332700, 0, 0, 0, 0, 674700),
(2, 2, 2, '2026-06-20', 1, 1, 1000, 1000000, 0, 0, 0, 0, 0, 0, 0, 1000000),
(2, 2, 1, '2026-07-14', 1, 1, 2000, 499800, 0, 0, 0, 0, 0, 0, 0, 499800),
(2, 2, 3, '2026-07-15', 1, 1, 1000, 890525, 0, 0, 0, 0, 0, 0, 0, 890525),
(2, 2, 4, '2026-07-15', 1, 1, 3000, 120000, 0, 0, 0, 0, 0, 0, 0, 120000),
(2, 2, 8, '2026-07-21', 1, 1, 1000, 200000, 0, 114000, 86000, 0, 0, 0, 0, 200000),
(2, 3, 2, '2026-07-21', 1, 1, 1000, 1199900, 0, 0, 0, 0, 0, 0, 0, 1199900),
(3, 5, 7, '2026-07-21', 1, 1, 2000, 399800, 0, 0, 0, 0, 0, 0, 0, 399800);

INSERT INTO rollup_customer_month ("company_id", "customer_id", "day", "entries", "lines", "units_e3", "revenue_e4", "discount_e4", "cost_e4", "profit_e4", "returns_e4", "exchanges_e4", "guest_e4", "tax_e4", "invoiced_e4") VALUES
(2, 1, '2026-06-01', 2, 2, 5000, 1174500, 75000, 342000, 332700, 0, 0, 0, 0, 1174500),
(2, 2, '2026-06-01', 1, 1, 1000, 1000000, 0, 0, 0, 0, 0, 0, 0, 1000000),
(2, 3, '2026-06-01', 1, 1, 1000, 890525, 0, 0, 0, 0, 0, 0, 0, 890525),
(2, 4, '2026-06-01', 1, 1, 3000, 120000, 0, 0, 0, 0, 0, 0, 0, 120000),
(2, 5, '2026-06-01', 2, 1, 10000, 1200000, 0, 0, 0, 200000, 0, 0, 108000, 1308000),
(2, 6, '2026-06-01', 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0),
(2, 1, '2026-07-01', 1, 1, 2000, 499800, 0, 0, 0, 0, 0, 0, 0, 499800),
(2, 2, '2026-07-01', 1, 1, 1000, 1199900, 0, 0, 0, 0, 0, 0, 0, 1199900),
(2, 3, '2026-07-01', 1, 1, 1000, 890525, 0, 0, 0, 0, 0, 0, 0, 890525),
(2, 4, '2026-07-01', 1, 1, 3000, 120000, 0, 0, 0, 0, 0, 0, 0, 120000),
(2, 8, '2026-07-01', 1, 1, 1000, 200000, 0, 114000, 86000, 0, 0, 0, 0, 200000),
(3, 7, '2026-07-01', 1, 1, 2000, 399800, 0, 0, 0, 0, 0, 0, 0, 399800);

INSERT INTO rollup_customer_year ("company_id", "customer_id", "day", "entries", "lines", "units_e3", "revenue_e4", "discount_e4", "cost_e4", "profit_e4", "returns_e4", "exchanges_e4", "guest_e4", "tax_e4", "invoiced_e4") VALUES
(2, 1, '2026-01-01', 3, 3, 7000, 1674300, 75000, 342000, 332700, 0, 0, 0, 0, 1674300),
(2, 2, '2026-01-01', 2, 2, 2000, 2199900, 0, 0, 0, 0, 0, 0, 0, 2199900),
(2, 3, '2026-01-01', 2, 2, 2000, 1781050, 0, 0, 0, 0, 0, 0, 0, 1781050),
(2, 4, '2026-01-01', 2, 2, 6000, 240000, 0, 0, 0, 0, 0, 0, 0, 240000),
(2, 5, '2026-01-01', 2, 1, 10000, 1200000, 0, 0, 0, 200000, 0, 0, 108000, 1308000),
(2, 6, '2026-01-01', 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0),
(2, 8, '2026-01-01', 1, 1, 1000, 200000, 0, 114000, 86000, 0, 0, 0, 0, 200000),
(3, 7, '2026-01-01', 1, 1, 2000, 399800, 0, 0, 0, 0, 0, 0, 0, 399800);

INSERT INTO rollup_customers_month ("company_id", "day", "entries", "customers") VALUES
(2, '2026-06-01', 5, 5),
(2, '2026-07-01', 5, 5),
(3, '2026-07-01', 1, 1);

INSERT INTO rollup_customers_year ("company_id", "day", "entries", "customers") VALUES
(2, '2026-01-01', 6, 6),
(3, '2026-01-01', 1, 1);

INSERT INTO rollup_person_day ("company_id", "branch_id", "person_id", "day", "entries", "lines", "units_e3", "revenue_e4", "discount_e4", "cost_e4", "profit_e4", "returns_e4", "exchanges_e4", "guest_e4", "tax_e4", "invoiced_e4", "orders") VALUES
(2, 2, 7, '2026-06-01', 1, 1, 10000, 1200000, 0, 0, 0, 0, 0, 0, 108000, 1308000, 1),
(2, 2, 7, '2026-06-02', 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0),
(2, 2, 7, '2026-06-03', 1, 0, 0, 0, 0, 0, 0, 200000, 0, 0, 0, 0, 0),
(2, 2, 3, '2026-06-14', 1, 1, 2000, 499800, 0, 0, 0, 0, 0, 0, 0, 499800, 1),
(2, 2, 3, '2026-06-15', 2, 2, 4000, 1010525, 0, 0, 0, 0, 0, 0, 0, 1010525, 1),
(2, 2, 3, '2026-06-17', 1, 1, 5000, 1249500, 0, 570000, 679500, 0, 0, 0, 0, 1249500, 1),
(2, 2, 4, '2026-06-17', 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0),
(2, 2, 3, '2026-06-19', 1, 1, 2000, 499800, 0, 228000, 271800, 0, 0, 0, 75000, 574800, 1),
(2, 2, 3, '2026-06-20', 8, 6, 13200, 4749500, 75000, 1276800, 1272800, 249900, 1199900, 0, 0, 4749500, 6),
(2, 2, 4, '2026-06-20', 3, 3, 8800, 6949100, 0, 433200, 516400, 0, 0, 0, 0, 6949100, 3),
(2, 2, 5, '2026-06-20', 1, 0, 0, 0, 0, 0, 0, 0, 0, 499800, 0, 0, 0),
(2, 2, 9, '2026-07-14', 1, 1, 2000, 499800, 0, 0, 0, 0, 0, 0, 0, 499800, 1),
(2, 2, 9, '2026-07-15', 2, 2, 4000, 1010525, 0, 0, 0, 0, 0, 0, 0, 1010525, 1),
(2, 2, 3, '2026-07-20', 1, 1, 2000, 499800, 0, 228000, 271800, 0, 0, 0, 0, 499800, 1),
(2, 2, 3, '2026-07-21', 5, 5, 46000, 11949700, 0, 5244000, 6705700, 0, 0, 0, 0, 11949700, 5),
(2, 3, 5, '2026-06-20', 2, 2, 2000, 13800000, 0, 0, 0, 0, 0, 0, 0, 13800000, 2),
(2, 3, 5, '2026-07-21', 2, 1, 1000, 1199900, 0, 0, 0, 1199900, 0, 0, 0, 1199900, 1),
(2, 3, 5, '2026-07-22', 1, 1, 1000, 1199900, 0, 0, 0, 0, 0, 0, 0, 1199900, 1),
(3, 5, 8, '2026-07-21', 1, 1, 2000, 399800, 0, 0, 0, 0, 0, 0, 0, 399800, 1);

INSERT INTO rollup_person_month ("company_id", "branch_id", "person_id", "day", "entries", "lines", "units_e3", "revenue_e4", "discount_e4", "cost_e4", "profit_e4", "returns_e4", "exchanges_e4", "guest_e4", "tax_e4", "invoiced_e4", "orders") VALUES
(2, 2, 3, '2026-06-01', 13, 11, 26200, 8009125, 75000, 2074800, 2224100, 249900, 1199900, 0, 75000, 8084125, 10),
(2, 2, 4, '2026-06-01', 3, 3, 8800, 6949100, 0, 433200, 516400, 0, 0, 0, 0, 6949100, 3),
(2, 2, 5, '2026-06-01', 1, 0, 0, 0, 0, 0, 0, 0, 0, 499800, 0, 0, 0),
(2, 2, 7, '2026-06-01', 2, 1, 10000, 1200000, 0, 0, 0, 200000, 0, 0, 108000, 1308000, 1),
(2, 2, 3, '2026-07-01', 6, 6, 48000, 12449500, 0, 5472000, 6977500, 0, 0, 0, 0, 12449500, 6),
(2, 2, 9, '2026-07-01', 3, 3, 6000, 1510325, 0, 0, 0, 0, 0, 0, 0, 1510325, 2),
(2, 3, 5, '2026-06-01', 2, 2, 2000, 13800000, 0, 0, 0, 0, 0, 0, 0, 13800000, 2),
(2, 3, 5, '2026-07-01', 3, 2, 2000, 2399800, 0, 0, 0, 1199900, 0, 0, 0, 2399800, 2),
(3, 5, 8, '2026-07-01', 1, 1, 2000, 399800, 0, 0, 0, 0, 0, 0, 0, 399800, 1);

INSERT INTO rollup_platform_month ("company_id", "branch_id", "person_id", "platform", "day", "entries", "lines", "units_e3", "revenue_e4", "discount_e4", "cost_e4", "profit_e4", "returns_e4", "exchanges_e4", "guest_e4", "tax_e4", "invoiced_e4", "orders") VALUES
(2, 2, 3, 'Etsy', '2026-06-01', 1, 1, 3000, 674700, 75000, 342000, 332700, 0, 0, 0, 0, 674700, 1),
(2, 2, 3, 'Shopify', '2026-06-01', 1, 1, 1000, 1199900, 0, 0, 0, 0, 0, 0, 0, 1199900, 1),
(2, 2, 4, 'Migrated', '2026-06-01', 1, 1, 5000, 5999500, 0, 0, 0, 0, 0, 0, 0, 5999500, 1),
(2, 2, 3, 'Etsy', '2026-07-01', 2, 2, 4000, 999600, 0, 456000, 543600, 0, 0, 0, 0, 999600, 2),
(2, 2, 3, 'Shopify', '2026-07-01', 1, 1, 2000, 600000, 0, 228000, 372000, 0, 0, 0, 0, 600000, 1);

INSERT INTO rollup_product_day ("company_id", "product_id", "day", "entries", "lines", "units_e3", "revenue_e4", "discount_e4", "cost_e4", "profit_e4", "returns_e4", "exchanges_e4", "guest_e4", "tax_e4", "invoiced_e4") VALUES
(2, 5, '2026-06-01', 1, 1, 10000, 1200000, 0, 0, 0, 0, 0, 0, 108000, 1308000),
(2, 5, '2026-06-02', 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0),
(2, 5, '2026-06-03', 1, 0, 0, 0, 0, 0, 0, 200000, 0, 0, 0, 0),
(2, 1, '2026-06-14', 1, 1, 2000, 499800, 0, 0, 0, 0, 0, 0, 0, 499800),
(2, 3, '2026-06-15', 1, 1, 1000, 890525, 0, 0, 0, 0, 0, 0, 0, 890525),
(2, 4, '2026-06-15', 1, 1, 3000, 120000, 0, 0, 0, 0, 0, 0, 0, 120000),
(2, 1, '2026-06-17', 1, 1, 5000, 1249500, 0, 570000, 679500, 0, 0, 0, 0, 1249500),
(2, 1, '2026-06-19', 1, 1, 2000, 499800, 0, 228000, 271800, 0, 0, 0, 75000, 574800),
(2, 0, '2026-06-20', 1, 1, 1000, 12500000, 0, 0, 0, 0, 0, 0, 0, 12500000),
(2, 1, '2026-06-20', 8, 6, 15000, 3499200, 75000, 1710000, 1789200, 249900, 0, 499800, 0, 3499200),
(2, 2, '2026-06-20', 5, 4, 8000, 9499400, 0, 0, 0, 0, 1199900, 0, 0, 9499400),
(2, 1, '2026-07-14', 1, 1, 2000, 499800, 0, 0, 0, 0, 0, 0, 0, 499800),
(2, 3, '2026-07-15', 1, 1, 1000, 890525, 0, 0, 0, 0, 0, 0, 0, 890525),
(2, 4, '2026-07-15', 1, 1, 3000, 120000, 0, 0, 0, 0, 0, 0, 0, 120000),
(2, 1, '2026-07-20', 1, 1, 2000, 499800, 0, 228000, 271800, 0, 0, 0, 0, 499800),
(2, 1, '2026-07-21', 5, 5, 46000, 11949700, 0, 5244000, 6705700, 0, 0, 0, 0, 11949700),
(2, 2, '2026-07-21', 2, 1, 1000, 1199900, 0, 0, 0, 1199900, 0, 0, 0, 1199900),
(2, 2, '2026-07-22', 1, 1, 1000, 1199900, 0, 0, 0, 0, 0, 0, 0, 1199900),
(3, 6, '2026-07-21', 1, 1, 2000, 399800, 0, 0, 0, 0, 0, 0, 0, 399800);

INSERT INTO rollup_product_month ("company_id", "product_id", "day", "entries", "lines", "units_e3", "revenue_e4", "discount_e4", "cost_e4", "profit_e4", "returns_e4", "exchanges_e4", "guest_e4", "tax_e4", "invoiced_e4") VALUES
(2, 0, '2026-06-01', 1, 1, 1000, 12500000, 0, 0, 0, 0, 0, 0, 0, 12500000),
(2, 1, '2026-06-01', 11, 9, 24000, 5748300, 75000, 2508000, 2740500, 249900, 0, 499800, 75000, 5823300),
(2, 2, '2026-06-01', 5, 4, 8000, 9499400, 0, 0, 0, 0, 1199900, 0, 0, 9499400),
(2, 3, '2026-06-01', 1, 1, 1000, 890525, 0, 0, 0, 0, 0, 0, 0, 890525),
(2, 4, '2026-06-01', 1, 1, 3000, 120000, 0, 0, 0, 0, 0, 0, 0, 120000),
(2, 5, '2026-06-01', 2, 1, 10000, 1200000, 0, 0, 0, 200000, 0, 0, 108000, 1308000),
(2, 1, '2026-07-01', 7, 7, 50000, 12949300, 0, 5472000, 6977500, 0, 0, 0, 0, 12949300),
(2, 2, '2026-07-01', 3, 2, 2000, 2399800, 0, 0, 0, 1199900, 0, 0, 0, 2399800),
(2, 3, '2026-07-01', 1, 1, 1000, 890525, 0, 0, 0, 0, 0, 0, 0, 890525),
(2, 4, '2026-07-01', 1, 1, 3000, 120000, 0, 0, 0, 0, 0, 0, 0, 120000),
(3, 6, '2026-07-01', 1, 1, 2000, 399800, 0, 0, 0, 0, 0, 0, 0, 399800);

INSERT INTO rollup_product_year ("company_id", "product_id", "day", "entries", "lines", "units_e3", "revenue_e4", "discount_e4", "cost_e4", "profit_e4", "returns_e4", "exchanges_e4", "guest_e4", "tax_e4", "invoiced_e4") VALUES
(2, 0, '2026-01-01', 1, 1, 1000, 12500000, 0, 0, 0, 0, 0, 0, 0, 12500000),
(2, 1, '2026-01-01', 18, 16, 74000, 18697600, 75000, 7980000, 9718000, 249900, 0, 499800, 75000, 18772600),
(2, 2, '2026-01-01', 8, 6, 10000, 11899200, 0, 0, 0, 1199900, 1199900, 0, 0, 11899200),
(2, 3, '2026-01-01', 2, 2, 2000, 1781050, 0, 0, 0, 0, 0, 0, 0, 1781050),
(2, 4, '2026-01-01', 2, 2, 6000, 240000, 0, 0, 0, 0, 0, 0, 0, 240000),
(2, 5, '2026-01-01', 2, 1, 10000, 1200000, 0, 0, 0, 200000, 0, 0, 108000, 1308000),
(3, 6, '2026-01-01', 1, 1, 2000, 399800, 0, 0, 0, 0, 0, 0, 0, 399800);

INSERT INTO teams ("company_id", "id", "name") VALUES
(2, 1, 'Falcons'),
(3, 2, 'Solo');

INSERT INTO people ("company_id", "id", "account_id", "handle", "name", "role", "branch_id", "working_branch_id", "is_active", "locale", "number_format", "created_at") VALUES
(1, 1, 1, 'owner', 'Owner', 'super_admin', 1, NULL, TRUE, NULL, NULL, '2026-06-20 09:00:00.026844'),
(2, 2, 2, 'alice', 'Alice', 'manager', 2, NULL, TRUE, NULL, NULL, '2026-06-20 09:00:00.033563'),
(2, 3, 3, 'bob', 'Bob', 'employee', 2, NULL, TRUE, NULL, NULL, '2026-06-20 09:00:00.035539'),
(2, 4, 4, 'dana', 'Dana', 'assistant_manager', 2, NULL, TRUE, NULL, NULL, '2026-06-20 09:00:00.036707'),
(2, 5, 5, 'charlie', 'Charlie', 'employee', 3, NULL, TRUE, NULL, NULL, '2026-06-20 09:00:00.037787'),
(2, 6, 6, 'sam', 'Sam', 'super_admin', 2, NULL, TRUE, NULL, NULL, '2026-06-20 09:00:00.038789'),
(2, 7, NULL, 'asha', 'Asha', 'employee', 2, NULL, TRUE, NULL, NULL, '2026-06-20 09:00:00.717694'),
(3, 8, 1, 'ann', 'Ann', 'manager', 5, NULL, TRUE, NULL, NULL, '2026-07-21 09:00:00.087986'),
(2, 9, NULL, 'imported_sales', 'Imported sales', 'employee', 2, NULL, FALSE, NULL, NULL, '2026-07-21 09:00:00.430843');

INSERT INTO receipts ("company_id", "id", "document_id", "bot_id", "chat_id", "message_id", "purpose") VALUES
(2, 1, 1, 4200000000, 1002, 2, 'receipt'),
(2, 2, 2, 4200000000, 1002, 4, 'receipt'),
(2, 3, 3, 4200000000, 1002, 6, 'receipt'),
(2, 4, 4, 4200000000, 1002, 8, 'receipt'),
(2, 5, 5, 4200000000, 1002, 10, 'receipt'),
(2, 6, 6, 4200000000, 1002, 12, 'receipt'),
(2, 7, 7, 4200000000, 1002, 14, 'receipt'),
(2, 8, 10, 4200000000, 1003, 2, 'receipt'),
(2, 9, 12, 4200000000, 1004, 2, 'receipt'),
(2, 10, 12, 4200000000, 1002, 17, 'receipt'),
(2, 11, 13, 4200000000, 1001, 15, 'correction'),
(2, 12, 9, 4200000000, 1002, 16, 'receipt'),
(2, 13, 14, 4200000000, 1001, 17, 'receipt'),
(2, 14, 14, 4200000000, 1001, 19, 'receipt'),
(2, 15, 15, 4200000000, -100500, 2, 'receipt'),
(2, 16, 11, 4200000000, 1003, 4, 'receipt'),
(2, 17, 13, 4200000000, 1004, 4, 'receipt'),
(2, 18, 25, 4200000000, 1002, 23, 'receipt'),
(3, 19, 24, 4200000000, 1999, 8, 'receipt'),
(2, 20, 28, 4200000000, 1002, 28, 'receipt'),
(2, 21, 30, 4200000000, 1003, 6, 'receipt'),
(2, 22, 29, 4200000000, 1002, 30, 'receipt'),
(2, 23, 31, 4200000000, 1003, 8, 'receipt'),
(2, 24, 35, 4200000000, 1003, 10, 'receipt');

INSERT INTO stock_levels ("company_id", "id", "branch_id", "product_id", "on_hand_e3") VALUES
(2, 1, 2, 1, 49000),
(3, 2, 5, 6, 5000);

INSERT INTO target_days ("company_id", "id", "branch_id", "day", "is_open") VALUES
(2, 1, 2, '2026-06-23', FALSE);

INSERT INTO target_weights ("company_id", "id", "branch_id", "from_day", "weekday", "weight_e3") VALUES
(2, 1, 2, '2026-06-01', 0, 1000),
(2, 2, 2, '2026-06-01', 1, 1000),
(2, 3, 2, '2026-06-01', 2, 1000),
(2, 4, 2, '2026-06-01', 3, 1000),
(2, 5, 2, '2026-06-01', 4, 0),
(2, 6, 2, '2026-06-01', 5, 1000),
(2, 7, 2, '2026-06-01', 6, 1000);

INSERT INTO variants ("company_id", "id", "product_id", "name", "sku", "price_e4", "cost_e4", "is_active") VALUES
(2, 1, 1, 'Large', NULL, 300000, NULL, TRUE);

INSERT INTO api_keys ("company_id", "id", "person_id", "key_hash", "label", "scopes", "created_at", "revoked_at", "created_by", "expires_at", "last_used_at") VALUES
(2, 1, 3, '073428d85b06b8ff514eed1ee451b5d768131d9eec70a1cd2a9b55868f0b9c4a', 'API', 'access:read access:write cards:write exports:read metrics:read products:read products:write sales:read sales:write', '2026-07-21 09:00:00.160007', NULL, NULL, NULL, '2026-07-21 09:00:00.347548'),
(2, 2, 2, '01266ce593ffa166e9a9cd2313a5281f32b6e37b7ea5a76983bcacafa8b473c0', 'API', 'access:read access:write cards:write exports:read metrics:read products:read products:write sales:read sales:write', '2026-07-21 09:00:00.160543', NULL, NULL, NULL, '2026-07-21 09:00:00.249180'),
(2, 3, 6, '4746947eab9e7371e73f0387f76cc0e2b1cf1286ff2a90bbf8822c0e48348c70', 'API', 'access:read access:write cards:write exports:read metrics:read products:read products:write sales:read sales:write', '2026-07-21 09:00:00.160756', NULL, NULL, NULL, '2026-07-21 09:00:00.258038');

INSERT INTO branch_memberships ("company_id", "id", "person_id", "branch_id") VALUES
(2, 1, 2, 3);

INSERT INTO card_choices ("company_id", "id", "person_id", "card", "is_hidden", "position", "period", "chart_type", "map_type", "top") VALUES
(2, 1, 2, 'total_quantity', TRUE, NULL, NULL, NULL, NULL, NULL),
(2, 2, 2, 'total_profit', FALSE, NULL, NULL, NULL, NULL, NULL),
(2, 3, 2, 'profit_margin', FALSE, NULL, NULL, NULL, NULL, NULL),
(2, 4, 2, 'avg_profit_per_order', FALSE, NULL, NULL, NULL, NULL, NULL);

INSERT INTO card_refusals ("company_id", "id", "person_id", "permission") VALUES
(2, 1, 3, 'Country wise Sales');

INSERT INTO custom_cards ("company_id", "id", "person_id", "name", "title", "measure", "by", "filters") VALUES
(2, 1, 2, 'etsy', 'Etsy', 'revenue', 'month', '[["platform", "Etsy"]]');

INSERT INTO dashboards ("company_id", "id", "person_id", "period", "salespeople", "theme") VALUES
(2, 1, 2, NULL, NULL, NULL),
(2, 2, 3, 'last week', '[3]', 'dark');

INSERT INTO dialogues ("company_id", "id", "person_id", "chat_id", "message_id", "state", "updated_at") VALUES
(2, 1, 4, 1004, 6, '{"key": 5, "current": 0, "step": "overview", "taken": 0, "platform": null, "coupon": null, "customer": null, "note": null, "day": null, "discount": null, "lines": [[1, null, 4000, 250000, null, null]]}', '2026-07-21 09:00:00.152026');

INSERT INTO goals ("company_id", "id", "branch_id", "person_id", "product_id", "category", "measure", "target", "start_day", "end_day", "set_by", "set_at", "met_at", "dropped_at") VALUES
(2, 1, 2, NULL, NULL, NULL, 'revenue', 500000000, '2026-06-01', '2026-07-01', 2, '2026-06-20 09:00:00.187538', NULL, NULL),
(2, 2, 2, 3, 1, NULL, 'units', 200000, '2026-06-01', '2026-07-01', 2, '2026-06-20 09:00:00.194859', NULL, NULL),
(2, 3, 2, 3, NULL, NULL, 'revenue', 9000000, '2026-06-01', '2026-07-01', 2, '2026-06-20 09:00:00.205974', NULL, '2026-06-20 09:00:00.210830'),
(2, 4, 2, 3, NULL, NULL, 'revenue', 10000000, '2026-06-01', '2026-07-01', 2, '2026-06-20 09:00:00.210830', NULL, NULL),
(2, 5, 2, NULL, NULL, 'Lighting', 'revenue', 104000000, '2026-06-01', '2026-07-01', NULL, '2026-06-20 09:00:00.662212', NULL, NULL),
(2, 6, 2, NULL, NULL, 'Lighting', 'revenue', 128000000, '2026-07-01', '2026-08-01', NULL, '2026-06-20 09:00:00.664053', NULL, NULL),
(2, 7, 2, 3, NULL, NULL, 'revenue', 10000000, '2026-07-01', '2026-08-01', 2, '2026-07-21 09:00:00.040637', '2026-07-21 09:00:00.148464', NULL),
(2, 8, 3, 5, NULL, NULL, 'revenue', 1000000, '2026-07-01', '2026-08-01', 2, '2026-07-22 15:00:00.017438', '2026-07-22 15:00:00.021145', NULL);

INSERT INTO guests ("company_id", "id", "branch_id", "person_id", "given_by", "given_at") VALUES
(2, 1, 2, 5, NULL, '2026-06-20 09:00:00.040392'),
(2, 2, 3, 3, NULL, '2026-06-20 09:00:00.040997');

INSERT INTO import_presets ("company_id", "id", "name", "options", "saved_by", "saved_at") VALUES
(2, 1, 'till', '{"mapping": {"order_id": "Order No", "date": "Sold on", "product": "Item", "quantity": "Qty", "amount": "Total", "customer": "Buyer", "route": "Route"}, "date_format": "%Y-%m-%d", "create_missing": ["branches", "customers", "people", "products"], "branch": "Mall", "person": "bob"}', NULL, '2026-06-20 09:00:00.545925');

INSERT INTO imports ("company_id", "id", "source", "file_name", "digest", "rows_in_file", "rows_read", "rows_recorded", "rows_rejected", "goals_met", "first_line_id", "last_line_id", "started_by", "started_at", "finished_at", "undone_by", "undone_at") VALUES
(2, 1, 'import:sales', 'june.csv', '30359405a565616e5a4bb2557dda2870c32649787e093c4bdc4f8b4552780f63', 4, 4, 3, 1, '[]', 21, 23, NULL, '2026-06-20 09:00:00.551304', '2026-06-20 09:00:00.564443', NULL, NULL),
(2, 2, 'import:sales', 'withdrawn.csv', '783ae662c5a4abf1e5c559b1758837fe13f1bebe5ef13c1c1506f9f41ec6443a', 4, 4, 3, 1, '[]', 24, 26, NULL, '2026-06-20 09:00:00.597021', '2026-06-20 09:00:00.606883', NULL, '2026-06-20 09:00:00.629241'),
(2, 3, 'import:qty_sold', 'counters.json', '66f73351f51f3c60e512dd2c460ed911f74576a1ea42bba15374cb75b44a9004', 1, 1, 1, 0, '[]', 27, 27, NULL, '2026-06-20 09:00:00.683066', '2026-06-20 09:00:00.692182', NULL, NULL),
(2, 4, 'tally:demo_ltd', 'DayBook.xml', 'b3b93adf9bdfa0741702bba49781eab71849090eb3e067b690d396cc873cebad', 3, 3, 3, 0, '[]', 28, 30, NULL, '2026-06-20 09:00:00.714208', '2026-06-20 09:00:00.727755', NULL, NULL),
(2, 5, 'tally:demo_ltd', 'DayBook.xml', 'f23bc744a8a87892e219ad77be6a78fc6a9a2855a809a3c0eab64aec75a8e1b5', 2, 2, 1, 0, '[]', 31, 31, NULL, '2026-06-20 09:00:00.749091', '2026-06-20 09:00:00.760208', NULL, NULL),
(2, 6, 'import:sales', 'july.csv', '1a69db479bb29d8daf239dcea65e5f46c11f30d0699f7d0d153208efc3d60391', 4, 4, 3, 1, '[]', 41, 43, 6, '2026-07-21 09:00:00.428221', '2026-07-21 09:00:00.558931', NULL, NULL);

INSERT INTO invitations ("company_id", "id", "code_hash", "role", "branch_id", "person_id", "uses_left", "expires_at", "created_by", "created_at", "last_used_at") VALUES
(2, 1, 'df67092c407f4089d1eec437cd56ec55444d98605b5d1ae744cd4e786620c917', 'employee', 2, NULL, NULL, '2026-07-28 09:00:00.005857', 2, '2026-07-21 09:00:00.005863', NULL),
(3, 2, 'a1960bbaf7d442f90370970e80e377cd7fca61464f66f7efc71443aa1319e070', 'manager', 5, 8, 0, '2026-07-28 09:00:00.090748', NULL, '2026-07-21 09:00:00.090756', '2026-07-21 09:00:00.111071');

INSERT INTO photographs ("company_id", "id", "document_id", "file_id", "unique_id", "added_by", "added_at") VALUES
(2, 1, 25, 'BQACzuADMQXBJ3jsr2c8UqM1VTasLNSYkIGZ_XabgT0EPpU', 'AQadce8a6eb44024', 3, '2026-07-21 09:00:00.134595');

INSERT INTO requests ("company_id", "id", "person_id", "name", "fingerprint", "status", "location", "body", "asked_at") VALUES
(2, 1, 2, 'call-0', '6539fe57a700fe36f106d2fc4dd697ad28fef348b3a5b11279d552c5e6ace39c', 201, '/api/variants/1', decode('7b22737461747573223a2273756363657373222c2264617461223a7b226964223a312c2270726f647563745f6964223a312c226e616d65223a224c61726765222c22736b75223a6e756c6c2c227072696365223a33302e30302c22636f7374223a6e756c6c2c2269735f616374697665223a747275652c2263757272656e6379223a22534152227d7d', 'hex'), '2026-07-21 09:00:00.250827'),
(2, 2, 2, 'call-1', '6b1474e0edb1583c2c0db611610c3b69273dfe36d9f6a40fa56a02b94edf3d98', 201, NULL, decode('7b22737461747573223a2273756363657373222c2264617461223a7b226964223a332c226e616d65223a224c616d7073222c2270726f6475637473223a307d7d', 'hex'), '2026-07-21 09:00:00.255713'),
(2, 3, 6, 'call-2', '62a5e468b4a737fb1f0f6f1de8437dbbc595c6424fa9045b90721f11e6b783e6', 200, NULL, decode('7b22737461747573223a2273756363657373222c2264617461223a7b22726563616c63756c61746564223a66616c73652c226d657373616765223a22457665727920666967757265206d6f7665732077697468207468652073616c6520697473656c662e204e6f7468696e67207761732077726f6e672e222c22636865636b6564223a5b7b226e616d65223a226272616e63685f646179222c22726f7773223a31312c22646966666572656e636573223a307d2c7b226e616d65223a22706572736f6e5f646179222c22726f7773223a31332c22646966666572656e636573223a307d2c7b226e616d65223a22706572736f6e5f6d6f6e7468222c22726f7773223a372c22646966666572656e636573223a307d2c7b226e616d65223a22706c6174666f726d5f6d6f6e7468222c22726f7773223a342c22646966666572656e636573223a307d2c7b226e616d65223a22636f75706f6e5f6d6f6e7468222c22726f7773223a312c22646966666572656e636573223a307d2c7b226e616d65223a2270726f647563745f646179222c22726f7773223a31332c22646966666572656e636573223a307d2c7b226e616d65223a2270726f647563745f6d6f6e7468222c22726f7773223a382c22646966666572656e636573223a307d2c7b226e616d65223a2270726f647563745f79656172222c22726f7773223a362c22646966666572656e636573223a307d2c7b226e616d65223a226272616e63685f70726f647563745f6d6f6e7468222c22726f7773223a392c22646966666572656e636573223a307d2c7b226e616d65223a22616e6f6e796d6f75735f646179222c22726f7773223a372c22646966666572656e636573223a307d2c7b226e616d65223a22637573746f6d65725f646179222c22726f7773223a392c22646966666572656e636573223a307d2c7b226e616d65223a226272616e63685f637573746f6d65725f6d6f6e7468222c22726f7773223a372c22646966666572656e636573223a307d2c7b226e616d65223a226272616e63685f637573746f6d6572735f6d6f6e7468222c22726f7773223a332c22646966666572656e636573223a307d2c7b226e616d65223a22637573746f6d65725f6d6f6e7468222c22726f7773223a372c22646966666572656e636573223a307d2c7b226e616d65223a22637573746f6d6572735f6d6f6e7468222c22726f7773223a322c22646966666572656e636573223a307d2c7b226e616d65223a22637573746f6d65725f79656172222c22726f7773223a362c22646966666572656e636573223a307d2c7b226e616d65223a22637573746f6d6572735f79656172222c22726f7773223a312c22646966666572656e636573223a307d5d2c227374617465223a22646f6e65222c2261736b65644174223a22323032362d30372d32315430393a30303a30302e3235383136305a222c22646f6e654174223a22323032362d30372d32315430393a30303a30302e3334343234395a227d7d', 'hex'), '2026-07-21 09:00:00.258122'),
(2, 4, 3, 'call-3', '9585ee94159e5eeaa4e35521693989bab06974f1d6fba3da88df5ecfd01ab3c7', 200, NULL, decode('7b22737461747573223a2273756363657373222c2264617461223a7b22706572696f64223a226c617374207765656b222c2273616c657370656f706c65223a5b22626f62225d2c226c6f63616c65223a6e756c6c2c226e756d6265725f666f726d6174223a6e756c6c2c227468656d65223a226461726b222c226361726473223a5b7b2263617264223a22746f74616c5f726576656e7565222c227469746c65223a22546f74616c20526576656e7565222c226b696e64223a22666967757265222c226772616e746564223a747275652c2268696464656e223a66616c73652c22706f736974696f6e223a6e756c6c2c22706572696f64223a6e756c6c2c2263686172745f74797065223a22737061726b6c696e65222c2263686172745f7479706573223a5b22737061726b6c696e65222c2263616c656e646172225d2c226d61705f74797065223a6e756c6c2c22746f70223a6e756c6c2c227065726d697373696f6e223a22546f74616c20526576656e7565227d2c7b2263617264223a22746f74616c5f696e766f69636573222c227469746c65223a22546f74616c20496e766f69636573222c226b696e64223a22666967757265222c226772616e746564223a747275652c2268696464656e223a66616c73652c22706f736974696f6e223a6e756c6c2c22706572696f64223a6e756c6c2c2263686172745f74797065223a22737061726b6c696e65222c2263686172745f7479706573223a5b22737061726b6c696e65222c2263616c656e646172225d2c226d61705f74797065223a6e756c6c2c22746f70223a6e756c6c2c227065726d697373696f6e223a22546f74616c20496e766f69636573227d2c7b2263617264223a22746f74616c5f7175616e74697479222c227469746c65223a22546f74616c205175616e74697479222c226b696e64223a22666967757265222c226772616e746564223a747275652c2268696464656e223a66616c73652c22706f736974696f6e223a6e756c6c2c22706572696f64223a6e756c6c2c2263686172745f74797065223a22737061726b6c696e65222c2263686172745f7479706573223a5b22737061726b6c696e65222c2263616c656e646172225d2c226d61705f74797065223a6e756c6c2c22746f70223a6e756c6c2c227065726d697373696f6e223a22546f74616c205175616e74697479227d2c7b2263617264223a22756e697175655f637573746f6d657273222c227469746c65223a22556e6971756520437573746f6d657273222c226b696e64223a22666967757265222c226772616e746564223a747275652c2268696464656e223a66616c73652c22706f736974696f6e223a6e756c6c2c22706572696f64223a6e756c6c2c2263686172745f74797065223a22737061726b6c696e65222c2263686172745f7479706573223a5b22737061726b6c696e65225d2c226d61705f74797065223a6e756c6c2c22746f70223a6e756c6c2c227065726d697373696f6e223a22556e6971756520437573746f6d657273227d2c7b2263617264223a226176675f696e766f6963655f76616c7565222c227469746c65223a2241766720496e766f6963652056616c7565222c226b696e64223a22666967757265222c226772616e746564223a747275652c2268696464656e223a66616c73652c22706f736974696f6e223a6e756c6c2c22706572696f64223a6e756c6c2c2263686172745f74797065223a22737061726b6c696e65222c2263686172745f7479706573223a5b22737061726b6c696e65222c2263616c656e646172225d2c226d61705f74797065223a6e756c6c2c22746f70223a6e756c6c2c227065726d697373696f6e223a2241766720496e766f6963652056616c7565227d2c7b2263617264223a22746f74616c5f70726f666974222c227469746c65223a22546f74616c2050726f666974222c226b696e64223a22666967757265222c226772616e746564223a66616c73652c2268696464656e223a747275652c22706f736974696f6e223a6e756c6c2c22706572696f64223a6e756c6c2c2263686172745f74797065223a22737061726b6c696e65222c2263686172745f7479706573223a5b22737061726b6c696e65222c2263616c656e646172225d2c226d61705f74797065223a6e756c6c2c22746f70223a6e756c6c2c227065726d697373696f6e223a22546f74616c2050726f666974227d2c7b2263617264223a2270726f6669745f6d617267696e222c227469746c65223a2250726f666974204d617267696e222c226b696e64223a22666967757265222c226772616e746564223a66616c73652c2268696464656e223a747275652c22706f736974696f6e223a6e756c6c2c22706572696f64223a6e756c6c2c2263686172745f74797065223a22737061726b6c696e65222c2263686172745f7479706573223a5b22737061726b6c696e65222c2263616c656e646172225d2c226d61705f74797065223a6e756c6c2c22746f70223a6e756c6c2c227065726d697373696f6e223a2250726f666974204d617267696e227d2c7b2263617264223a226176675f70726f6669745f7065725f6f72646572222c227469746c65223a224176672050726f66697420706572204f72646572222c226b696e64223a22666967757265222c226772616e746564223a66616c73652c2268696464656e223a747275652c22706f736974696f6e223a6e756c6c2c22706572696f64223a6e756c6c2c2263686172745f74797065223a22737061726b6c696e65222c2263686172745f7479706573223a5b22737061726b6c696e65222c2263616c656e646172225d2c226d61705f74797065223a6e756c6c2c22746f70223a6e756c6c2c227065726d697373696f6e223a224176672050726f66697420706572204f72646572227d2c7b2263617264223a2273746f636b5f67726f7570222c227469746c65223a2253616c65732062792053746f636b2047726f7570222c226b696e64223a226368617274222c226772616e746564223a747275652c2268696464656e223a66616c73652c22706f736974696f6e223a6e756c6c2c22706572696f64223a6e756c6c2c2263686172745f74797065223a22626172222c2263686172745f7479706573223a5b22626172222c22706965222c226c696e65225d2c226d61705f74797065223a6e756c6c2c22746f70223a6e756c6c2c227065726d697373696f6e223a2253746f636b2047726f757020776973652053616c6573227d2c7b2263617264223a226c65646765725f67726f7570222c227469746c65223a2253616c6573206279204c65646765722047726f7570222c226b696e64223a226368617274222c226772616e746564223a747275652c2268696464656e223a66616c73652c22706f736974696f6e223a6e756c6c2c22706572696f64223a6e756c6c2c2263686172745f74797065223a22626172222c2263686172745f7479706573223a5b22626172222c22706965222c226c696e65225d2c226d61705f74797065223a6e756c6c2c22746f70223a6e756c6c2c227065726d697373696f6e223a224c65646765722047726f757020776973652053616c6573227d2c7b2263617264223a227374617465222c227469746c65223a2253616c6573206279205374617465222c226b696e64223a226368617274222c226772616e746564223a747275652c2268696464656e223a66616c73652c22706f736974696f6e223a6e756c6c2c22706572696f64223a6e756c6c2c2263686172745f74797065223a22626172222c2263686172745f7479706573223a5b22626172222c22706965222c226c696e65222c2267656f4d6170225d2c226d61705f74797065223a2263686f726f706c657468222c22746f70223a6e756c6c2c227065726d697373696f6e223a22537461746520776973652053616c6573227d2c7b2263617264223a22636f756e747279222c227469746c65223a2253616c657320627920436f756e747279222c226b696e64223a226368617274222c226772616e746564223a66616c73652c2268696464656e223a66616c73652c22706f736974696f6e223a6e756c6c2c22706572696f64223a6e756c6c2c2263686172745f74797065223a22626172222c2263686172745f7479706573223a5b22626172222c22706965222c226c696e65222c2267656f4d6170225d2c226d61705f74797065223a2263686f726f706c657468222c22746f70223a6e756c6c2c227065726d697373696f6e223a22436f756e74727920776973652053616c6573227d2c7b2263617264223a22706572696f64222c227469746c65223a2253616c657320627920506572696f64222c226b696e64223a226368617274222c226772616e746564223a747275652c2268696464656e223a66616c73652c22706f736974696f6e223a6e756c6c2c22706572696f64223a6e756c6c2c2263686172745f74797065223a22626172222c2263686172745f7479706573223a5b22626172222c22706965222c226c696e65225d2c226d61705f74797065223a6e756c6c2c22746f70223a6e756c6c2c227065726d697373696f6e223a22506572696f6420776973652053616c6573227d2c7b2263617264223a22746f705f637573746f6d657273222c227469746c65223a22546f7020437573746f6d657273204368617274222c226b696e64223a226368617274222c226772616e746564223a747275652c2268696464656e223a66616c73652c22706f736974696f6e223a6e756c6c2c22706572696f64223a6e756c6c2c2263686172745f74797065223a22626172222c2263686172745f7479706573223a5b22626172222c22706965222c226c696e65225d2c226d61705f74797065223a6e756c6c2c22746f70223a31302c227065726d697373696f6e223a22546f7020437573746f6d657273227d2c7b2263617264223a22746f705f6974656d735f62795f726576656e7565222c227469746c65223a22546f70204974656d7320627920526576656e7565204368617274222c226b696e64223a226368617274222c226772616e746564223a747275652c2268696464656e223a66616c73652c22706f736974696f6e223a6e756c6c2c22706572696f64223a6e756c6c2c2263686172745f74797065223a22626172222c2263686172745f7479706573223a5b22626172222c22706965222c226c696e65225d2c226d61705f74797065223a6e756c6c2c22746f70223a31302c227065726d697373696f6e223a22546f70204974656d7320627920526576656e7565227d2c7b2263617264223a22746f705f6974656d735f62795f7175616e74697479222c227469746c65223a22546f70204974656d73206279205175616e74697479204368617274222c226b696e64223a226368617274222c226772616e746564223a747275652c2268696464656e223a66616c73652c22706f736974696f6e223a6e756c6c2c22706572696f64223a6e756c6c2c2263686172745f74797065223a22626172222c2263686172745f7479706573223a5b22626172222c22706965222c226c696e65225d2c226d61705f74797065223a6e756c6c2c22746f70223a31302c227065726d697373696f6e223a22546f70204974656d73206279205175616e74697479227d2c7b2263617264223a22726576656e75655f76735f70726f666974222c227469746c65223a22526576656e75652076732050726f666974222c226b696e64223a226368617274222c226772616e746564223a66616c73652c2268696464656e223a66616c73652c22706f736974696f6e223a6e756c6c2c22706572696f64223a6e756c6c2c2263686172745f74797065223a226d756c746941786973222c2263686172745f7479706573223a5b226d756c746941786973225d2c226d61705f74797065223a6e756c6c2c22746f70223a6e756c6c2c227065726d697373696f6e223a22526576656e75652076732050726f666974227d2c7b2263617264223a2273616c6573706572736f6e5f746f74616c73222c227469746c65223a2253616c6573706572736f6e20546f74616c73222c226b696e64223a226368617274222c226772616e746564223a747275652c2268696464656e223a66616c73652c22706f736974696f6e223a6e756c6c2c22706572696f64223a6e756c6c2c2263686172745f74797065223a22626172222c2263686172745f7479706573223a5b22626172225d2c226d61705f74797065223a6e756c6c2c22746f70223a6e756c6c2c227065726d697373696f6e223a2253616c6573706572736f6e20776973652053616c6573227d2c7b2263617264223a22746f705f70726f66697461626c655f6974656d73222c227469746c65223a22546f702050726f66697461626c65204974656d73222c226b696e64223a226368617274222c226772616e746564223a66616c73652c2268696464656e223a66616c73652c22706f736974696f6e223a6e756c6c2c22706572696f64223a6e756c6c2c2263686172745f74797065223a22626172222c2263686172745f7479706573223a5b22626172225d2c226d61705f74797065223a6e756c6c2c22746f70223a31302c227065726d697373696f6e223a22546f702050726f66697461626c65204974656d73227d2c7b2263617264223a22746f705f6c6f73735f6974656d73222c227469746c65223a22546f70204c6f7373204974656d73222c226b696e64223a226368617274222c226772616e746564223a66616c73652c2268696464656e223a66616c73652c22706f736974696f6e223a6e756c6c2c22706572696f64223a6e756c6c2c2263686172745f74797065223a22626172222c2263686172745f7479706573223a5b22626172225d2c226d61705f74797065223a6e756c6c2c22746f70223a31302c227065726d697373696f6e223a22546f70204c6f7373204974656d73227d2c7b2263617264223a226d6f6e74685f776973655f70726f666974222c227469746c65223a224d6f6e74682d776973652050726f666974222c226b696e64223a226368617274222c226772616e746564223a66616c73652c2268696464656e223a66616c73652c22706f736974696f6e223a6e756c6c2c22706572696f64223a6e756c6c2c2263686172745f74797065223a22626172222c2263686172745f7479706573223a5b22626172222c22706965222c226c696e65225d2c226d61705f74797065223a6e756c6c2c22746f70223a6e756c6c2c227065726d697373696f6e223a224d6f6e74682d776973652050726f666974227d5d2c22637573746f6d223a5b5d7d7d', 'hex'), '2026-07-21 09:00:00.347709'),
(2, 5, 3, 'call-4', '903c60d90ac78fd571e79db8432cc83ca0e55d8ce3fa9ea71537a74e40a3a95b', 201, '/api/sales/32', decode('7b22737461747573223a2273756363657373222c2264617461223a7b226964223a33322c226b696e64223a2273616c65222c226f726967696e616c5f6964223a6e756c6c2c2270726f647563745f6964223a312c22736b75223a22534f4c2d33303737222c2270726f647563745f6e616d65223a22536f6c6172476c6f77204f7574646f6f72204c6967687473222c2276617269616e745f6964223a312c2276617269616e745f6e616d65223a224c61726765222c22756e69745f7072696365223a33302e30302c22646973636f756e745f70657263656e74616765223a302e302c2273616c655f64617465223a22323032362d30372d32315430393a30303a30302e3335323933305a222c227175616e74697479223a322c22646973636f756e745f616d6f756e74223a302e30302c22746f74616c5f726576656e7565223a36302e30302c227461786573223a5b5d2c22746f74616c5f70617961626c65223a36302e30302c22636f75706f6e5f636f6465223a6e756c6c2c22706c6174666f726d223a2253686f70696679222c22637573746f6d65725f6e616d65223a6e756c6c2c226e6f746573223a6e756c6c2c22706572736f6e223a22426f62222c2269735f67756573745f636f766572616765223a66616c73652c2263757272656e6379223a22534152222c22736f6c645f696e223a6e756c6c2c22637265617465645f6174223a22323032362d30372d32315430393a30303a30302e3335323538385a222c22757064617465645f6174223a22323032362d30372d32315430393a30303a30302e3335323538385a222c226c696e6573223a5b7b22706f736974696f6e223a312c2270726f647563745f6964223a312c22736b75223a22534f4c2d33303737222c2270726f647563745f6e616d65223a22536f6c6172476c6f77204f7574646f6f72204c6967687473222c2276617269616e745f6964223a312c2276617269616e745f6e616d65223a224c61726765222c227175616e74697479223a322c22756e69745f7072696365223a33302e30302c22646973636f756e745f616d6f756e74223a302e30302c22646973636f756e745f70657263656e74616765223a302e302c22746f74616c5f726576656e7565223a36302e30302c22746178223a302e30302c22736f6c645f696e223a6e756c6c7d5d2c227265766973696f6e223a312c2269735f766f6964223a66616c73652c2270726f647563745f636f7374223a6e756c6c2c2270726f666974223a6e756c6c2c2270726f6669745f6d617267696e223a6e756c6c2c22736861726573223a5b5d2c2272657475726e73223a5b5d2c227761726e696e6773223a5b5d7d7d', 'hex'), '2026-07-21 09:00:00.352415');

INSERT INTO revisions ("company_id", "id", "document_id", "number", "action", "person_id", "by_source", "reason", "note", "recorded_at") VALUES
(2, 1, 1, 1, 'recorded', 3, FALSE, NULL, 'gift, wrap it', '2026-06-20 09:00:00.286670'),
(2, 2, 1, 2, 'edited', 3, FALSE, NULL, 'gift, wrap it', '2026-06-20 09:00:00.312129'),
(2, 3, 2, 1, 'recorded', 3, FALSE, NULL, NULL, '2026-06-20 09:00:00.319307'),
(2, 4, 3, 1, 'recorded', 3, FALSE, NULL, NULL, '2026-06-20 09:00:00.388876'),
(2, 5, 4, 1, 'recorded', 3, FALSE, NULL, NULL, '2026-06-20 09:00:00.395713'),
(2, 6, 4, 2, 'voided', 3, FALSE, NULL, NULL, '2026-06-20 09:00:00.401905'),
(2, 7, 4, 3, 'restored', 3, FALSE, NULL, NULL, '2026-06-20 09:00:00.407783'),
(2, 8, 5, 1, 'recorded', 3, FALSE, NULL, NULL, '2026-06-20 09:00:00.412574'),
(2, 9, 6, 1, 'recorded', 3, FALSE, NULL, NULL, '2026-06-20 09:00:00.415688'),
(2, 10, 6, 2, 'voided', 3, FALSE, NULL, NULL, '2026-06-20 09:00:00.419999'),
(2, 11, 7, 1, 'recorded', 3, FALSE, NULL, NULL, '2026-06-20 09:00:00.422987'),
(2, 12, 8, 1, 'recorded', 3, FALSE, NULL, NULL, '2026-06-20 09:00:00.426486'),
(2, 13, 9, 1, 'recorded', 3, FALSE, NULL, NULL, '2026-06-20 09:00:00.427403'),
(2, 14, 10, 1, 'recorded', 5, FALSE, NULL, NULL, '2026-06-20 09:00:00.433603'),
(2, 15, 11, 1, 'recorded', 5, FALSE, NULL, NULL, '2026-06-20 09:00:00.437207'),
(2, 16, 12, 1, 'recorded', 4, FALSE, NULL, NULL, '2026-06-20 09:00:00.440543'),
(2, 17, 13, 1, 'recorded', 4, FALSE, NULL, NULL, '2026-06-20 09:00:00.448077'),
(2, 18, 12, 2, 'shared', 3, FALSE, NULL, NULL, '2026-06-20 09:00:00.460088'),
(2, 19, 14, 1, 'recorded', 2, FALSE, NULL, NULL, '2026-06-20 09:00:00.464485'),
(2, 20, 14, 2, 'edited', 2, FALSE, NULL, NULL, '2026-06-20 09:00:00.469306'),
(2, 21, 15, 1, 'recorded', 5, FALSE, NULL, NULL, '2026-06-20 09:00:00.471989'),
(2, 22, 16, 1, 'recorded', NULL, FALSE, NULL, NULL, '2026-06-20 09:00:00.553423'),
(2, 23, 17, 1, 'recorded', NULL, FALSE, NULL, NULL, '2026-06-20 09:00:00.553423'),
(2, 24, 18, 1, 'recorded', NULL, FALSE, NULL, NULL, '2026-06-20 09:00:00.599500'),
(2, 25, 19, 1, 'recorded', NULL, FALSE, NULL, NULL, '2026-06-20 09:00:00.599500'),
(2, 26, 18, 2, 'voided', NULL, FALSE, 'import 2 undone: withdrawn.csv', NULL, '2026-06-20 09:00:00.633004'),
(2, 27, 19, 2, 'voided', NULL, FALSE, 'import 2 undone: withdrawn.csv', NULL, '2026-06-20 09:00:00.633004'),
(2, 28, 20, 1, 'recorded', NULL, FALSE, NULL, NULL, '2026-06-20 09:00:00.686115'),
(2, 29, 21, 1, 'recorded', NULL, FALSE, NULL, NULL, '2026-06-20 09:00:00.716497'),
(2, 30, 22, 1, 'recorded', NULL, FALSE, NULL, NULL, '2026-06-20 09:00:00.716497'),
(2, 31, 23, 1, 'recorded', NULL, FALSE, NULL, NULL, '2026-06-20 09:00:00.716497'),
(2, 32, 21, 2, 'edited', NULL, TRUE, 'Altered in Tally', NULL, '2026-06-20 09:00:00.751634'),
(2, 33, 22, 2, 'voided', NULL, TRUE, 'Cancelled in Tally', NULL, '2026-06-20 09:00:00.751634'),
(3, 34, 24, 1, 'recorded', 8, FALSE, NULL, NULL, '2026-07-21 09:00:00.119663'),
(2, 35, 25, 1, 'recorded', 3, FALSE, NULL, NULL, '2026-07-21 09:00:00.127737'),
(2, 36, 26, 1, 'recorded', 3, FALSE, NULL, NULL, '2026-07-21 09:00:00.139702'),
(2, 37, 27, 1, 'recorded', 3, FALSE, NULL, NULL, '2026-07-21 09:00:00.141265'),
(2, 38, 28, 1, 'recorded', 3, FALSE, NULL, NULL, '2026-07-21 09:00:00.145797'),
(2, 39, 29, 1, 'recorded', 3, FALSE, NULL, NULL, '2026-07-21 09:00:00.147947'),
(2, 40, 30, 1, 'recorded', 5, FALSE, NULL, NULL, '2026-07-21 09:00:00.155735'),
(2, 41, 31, 1, 'recorded', 5, FALSE, NULL, NULL, '2026-07-21 09:00:00.158202'),
(2, 42, 32, 1, 'recorded', 3, FALSE, NULL, NULL, '2026-07-21 09:00:00.352588'),
(2, 43, 33, 1, 'recorded', 6, FALSE, NULL, NULL, '2026-07-21 09:00:00.430449'),
(2, 44, 34, 1, 'recorded', 6, FALSE, NULL, NULL, '2026-07-21 09:00:00.430449'),
(2, 45, 35, 1, 'recorded', 5, FALSE, NULL, NULL, '2026-07-22 15:00:00.019701');

INSERT INTO shares ("company_id", "id", "document_id", "person_id", "share_e2", "state", "answered_at") VALUES
(2, 1, 12, 3, 3000, 'confirmed', '2026-06-20 09:00:00.459258'),
(2, 2, 13, 2, 2000, 'pending', NULL);

INSERT INTO stock_moves ("company_id", "id", "branch_id", "product_id", "quantity_e3", "reason", "document_id", "moved_by", "moved_at", "told_in") VALUES
(2, 1, 2, 1, 100000, 'received', NULL, 2, '2026-06-20 09:00:00.044327', NULL),
(2, 2, 2, 1, -2000, 'sale', 1, 3, '2026-06-20 09:00:00.286670', NULL),
(2, 3, 2, 1, 2000, 'sale', 1, 3, '2026-06-20 09:00:00.312129', NULL),
(2, 4, 2, 1, -3000, 'sale', 1, 3, '2026-06-20 09:00:00.312129', NULL),
(2, 5, 2, 1, 1000, 'return', 2, 3, '2026-06-20 09:00:00.319307', NULL),
(2, 6, 2, 1, -1000, 'sale', 4, 3, '2026-06-20 09:00:00.395713', NULL),
(2, 7, 2, 1, 1000, 'sale', 4, 3, '2026-06-20 09:00:00.401905', NULL),
(2, 8, 2, 1, -1000, 'sale', 4, 3, '2026-06-20 09:00:00.407783', NULL),
(2, 9, 2, 1, -2000, 'sale', 5, 3, '2026-06-20 09:00:00.412574', NULL),
(2, 10, 2, 1, -1000, 'sale', 6, 3, '2026-06-20 09:00:00.415688', NULL),
(2, 11, 2, 1, 1000, 'sale', 6, 3, '2026-06-20 09:00:00.419999', NULL),
(2, 12, 2, 1, -6000, 'sale', 9, 3, '2026-06-20 09:00:00.427403', NULL),
(2, 13, 2, 1, -2000, 'guest', 10, 5, '2026-06-20 09:00:00.433603', NULL),
(2, 14, 2, 1, -4000, 'sale', 12, 4, '2026-06-20 09:00:00.440543', NULL),
(2, 15, 2, 1, -1000, 'sale', 13, 4, '2026-06-20 09:00:00.448077', NULL),
(2, 16, 2, 1, 4000, 'sale', 12, 3, '2026-06-20 09:00:00.460088', NULL),
(2, 17, 2, 1, -2800, 'sale', 12, 3, '2026-06-20 09:00:00.460088', NULL),
(2, 18, 2, 1, -1200, 'sale', 12, 3, '2026-06-20 09:00:00.460088', NULL),
(2, 19, 2, 1, -5000, 'sale', 14, 2, '2026-06-20 09:00:00.464485', NULL),
(2, 20, 2, 1, 5000, 'sale', 14, 2, '2026-06-20 09:00:00.469306', NULL),
(2, 21, 2, 1, -5000, 'sale', 14, 2, '2026-06-20 09:00:00.469306', NULL),
(2, 22, 2, 1, 20000, 'received', NULL, 2, '2026-06-20 09:00:00.476957', '4200000000:1001:20'),
(3, 23, 5, 6, 7000, 'received', NULL, NULL, '2026-07-21 09:00:00.106767', NULL),
(3, 24, 5, 6, -2000, 'sale', 24, 8, '2026-07-21 09:00:00.119663', NULL),
(2, 25, 2, 1, -2000, 'sale', 25, 3, '2026-07-21 09:00:00.127737', NULL),
(2, 26, 2, 1, -2000, 'sale', 26, 3, '2026-07-21 09:00:00.139702', NULL),
(2, 27, 2, 1, -1000, 'sale', 27, 3, '2026-07-21 09:00:00.141265', NULL),
(2, 28, 2, 1, -1000, 'sale', 28, 3, '2026-07-21 09:00:00.145797', NULL),
(2, 29, 2, 1, -40000, 'sale', 29, 3, '2026-07-21 09:00:00.147947', NULL),
(2, 30, 2, 1, -2000, 'sale', 32, 3, '2026-07-21 09:00:00.352588', NULL);

INSERT INTO subscriptions ("company_id", "id", "person_id", "branch_id", "chat_id", "is_group", "cadence", "on_day", "local_minute", "time_zone", "starts_at", "ended_at") VALUES
(2, 1, 2, NULL, 1001, FALSE, 'daily', NULL, 1080, 'Asia/Riyadh', '2026-07-21 09:00:00.010429', NULL),
(2, 2, 2, 2, -100500, TRUE, 'weekly', 6, 540, 'Asia/Riyadh', '2026-07-21 09:00:00.012927', NULL);

INSERT INTO tally_settings ("company_id", "id", "options", "saved_by", "saved_at") VALUES
(2, 1, '{"salesperson": "\"Asha\"", "fields": {}, "types": {}, "parents": {}}', NULL, '2026-06-20 09:00:00.711775');

INSERT INTO team_members ("company_id", "id", "team_id", "person_id") VALUES
(2, 1, 1, 3),
(2, 2, 1, 4),
(3, 3, 2, 8);

INSERT INTO templates ("company_id", "id", "person_id", "name", "words") VALUES
(2, 1, 3, 'usual', '2 SOL-3077 @24.99 etsy');

INSERT INTO digests ("company_id", "id", "subscription_id", "due_on", "claimed_at") VALUES
(2, 1, 1, '2026-07-22', '2026-07-22 15:00:00.001289');

INSERT INTO lines ("company_id", "id", "document_id", "revision", "position", "row_key", "kind", "source", "sold_at", "day", "branch_id", "person_id", "product_id", "variant_id", "customer_id", "platform", "coupon", "ledger_group", "region", "country", "pincode", "attributes", "quantity_e3", "unit_price_e4", "discount_e4", "amount_e4", "cost_e4", "tax_e4", "round_off_e4", "taxes", "currency", "rate_e9", "foreign_amounts", "original_position", "written_off", "import_id", "recorded_at", "superseded_at") VALUES
(2, 1, 1, 1, 1, NULL, 'sale', 'chat', '2026-06-20 09:00:00.288205', '2026-06-20', 2, 3, 1, NULL, 1, 'Etsy', 'SUMMER', NULL, NULL, NULL, NULL, NULL, 2000, 249900, 50000, 449800, 228000, 0, 0, NULL, NULL, NULL, NULL, NULL, NULL, NULL, '2026-06-20 09:00:00.286670', '2026-06-20 09:00:00.312129'),
(2, 2, 1, 2, 1, NULL, 'sale', 'chat', '2026-06-20 09:00:00.288205', '2026-06-20', 2, 3, 1, NULL, 1, 'Etsy', 'SUMMER', NULL, NULL, NULL, NULL, NULL, 3000, 249900, 75000, 674700, 342000, 0, 0, NULL, NULL, NULL, NULL, NULL, NULL, NULL, '2026-06-20 09:00:00.312129', NULL),
(2, 3, 2, 1, 1, NULL, 'return', 'chat', '2026-06-20 09:00:00.319416', '2026-06-20', 2, 3, 1, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, 1000, 249900, 0, 249900, 114000, 0, 0, NULL, NULL, NULL, NULL, NULL, NULL, NULL, '2026-06-20 09:00:00.319307', NULL),
(2, 4, 3, 1, 1, NULL, 'sale', 'chat', '2026-06-20 09:00:00.389026', '2026-06-20', 2, 3, 2, NULL, 2, NULL, NULL, NULL, NULL, NULL, NULL, NULL, 1000, 1000000, 0, 1000000, NULL, 0, 0, NULL, NULL, NULL, NULL, NULL, NULL, NULL, '2026-06-20 09:00:00.388876', NULL),
(2, 5, 4, 1, 1, NULL, 'sale', 'chat', '2026-06-20 09:00:00.395847', '2026-06-20', 2, 3, 1, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, 1000, 375000, 0, 375000, 114000, 0, 0, NULL, 'USD', 3750000000, '{"unit_price_e4": 100000, "discount_e4": 0, "amount_e4": 100000}', NULL, NULL, NULL, '2026-06-20 09:00:00.395713', '2026-06-20 09:00:00.401905'),
(2, 6, 4, 3, 1, NULL, 'sale', 'chat', '2026-06-20 09:00:00.395847', '2026-06-20', 2, 3, 1, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, 1000, 375000, 0, 375000, 114000, 0, 0, NULL, 'USD', 3750000000, '{"unit_price_e4": 100000, "discount_e4": 0, "amount_e4": 100000}', NULL, NULL, NULL, '2026-06-20 09:00:00.407783', NULL),
(2, 7, 5, 1, 1, NULL, 'sale', 'chat', '2026-06-19 09:00:00.000000', '2026-06-19', 2, 3, 1, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, 2000, 249900, 0, 499800, 228000, 75000, 0, '{"VAT": 75000}', NULL, NULL, NULL, NULL, NULL, NULL, '2026-06-20 09:00:00.412574', NULL),
(2, 8, 6, 1, 1, NULL, 'sale', 'chat', '2026-06-20 09:00:00.415785', '2026-06-20', 2, 3, 1, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, 1000, 249900, 0, 249900, 114000, 0, 0, NULL, NULL, NULL, NULL, NULL, NULL, NULL, '2026-06-20 09:00:00.415688', '2026-06-20 09:00:00.419999'),
(2, 9, 7, 1, 1, NULL, 'sale', 'chat', '2026-06-20 09:00:00.423075', '2026-06-20', 2, 3, 2, NULL, NULL, 'Shopify', NULL, NULL, NULL, NULL, NULL, NULL, 1000, 1199900, 0, 1199900, NULL, 0, 0, NULL, NULL, NULL, NULL, NULL, NULL, NULL, '2026-06-20 09:00:00.422987', NULL),
(2, 10, 8, 1, 1, NULL, 'exchange', 'chat', '2026-06-20 09:00:00.426549', '2026-06-20', 2, 3, 2, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, 1000, 1199900, 0, 1199900, NULL, 0, 0, NULL, NULL, NULL, NULL, NULL, NULL, NULL, '2026-06-20 09:00:00.426486', NULL),
(2, 11, 9, 1, 1, NULL, 'sale', 'chat', '2026-06-20 09:00:00.427512', '2026-06-20', 2, 3, 1, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, 6000, 200000, 0, 1200000, 684000, 0, 0, NULL, NULL, NULL, NULL, NULL, NULL, NULL, '2026-06-20 09:00:00.427403', NULL),
(2, 12, 10, 1, 1, NULL, 'guest', 'chat', '2026-06-20 09:00:00.434350', '2026-06-20', 2, 5, 1, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, 2000, 249900, 0, 499800, 228000, 0, 0, NULL, NULL, NULL, NULL, NULL, NULL, NULL, '2026-06-20 09:00:00.433603', NULL),
(2, 13, 11, 1, 1, NULL, 'sale', 'chat', '2026-06-20 09:00:00.437254', '2026-06-20', 3, 5, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, 1000, 12500000, 0, 12500000, NULL, 0, 0, NULL, NULL, NULL, NULL, NULL, NULL, NULL, '2026-06-20 09:00:00.437207', NULL),
(2, 14, 12, 1, 1, NULL, 'sale', 'chat', '2026-06-20 09:00:00.441993', '2026-06-20', 2, 4, 1, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, 4000, 249900, 0, 999600, 456000, 0, 0, NULL, NULL, NULL, NULL, NULL, NULL, NULL, '2026-06-20 09:00:00.440543', '2026-06-20 09:00:00.460088'),
(2, 15, 13, 1, 1, NULL, 'sale', 'chat', '2026-06-20 09:00:00.448702', '2026-06-20', 2, 4, 1, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, 1000, 249900, 0, 249900, 114000, 0, 0, NULL, NULL, NULL, NULL, NULL, NULL, NULL, '2026-06-20 09:00:00.448077', NULL),
(2, 16, 12, 2, 1, NULL, 'sale', 'chat', '2026-06-20 09:00:00.441993', '2026-06-20', 2, 4, 1, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, 2800, 249900, 0, 699700, 319200, 0, 0, NULL, NULL, NULL, NULL, NULL, NULL, NULL, '2026-06-20 09:00:00.460088', NULL),
(2, 17, 12, 2, 1, NULL, 'sale', 'chat', '2026-06-20 09:00:00.441993', '2026-06-20', 2, 3, 1, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, 1200, 249900, 0, 299900, 136800, 0, 0, NULL, NULL, NULL, NULL, NULL, NULL, NULL, '2026-06-20 09:00:00.460088', NULL),
(2, 18, 14, 1, 1, NULL, 'sale', 'chat', '2026-06-17 09:00:00.000000', '2026-06-17', 2, 4, 1, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, 5000, 249900, 0, 1249500, 570000, 0, 0, NULL, NULL, NULL, NULL, NULL, NULL, NULL, '2026-06-20 09:00:00.464485', '2026-06-20 09:00:00.469306'),
(2, 19, 14, 2, 1, NULL, 'sale', 'chat', '2026-06-17 09:00:00.000000', '2026-06-17', 2, 3, 1, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, 5000, 249900, 0, 1249500, 570000, 0, 0, NULL, NULL, NULL, NULL, NULL, NULL, NULL, '2026-06-20 09:00:00.469306', NULL),
(2, 20, 15, 1, 1, NULL, 'sale', 'chat', '2026-06-20 09:00:00.472049', '2026-06-20', 3, 5, 2, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, 1000, 1300000, 0, 1300000, NULL, 0, 0, NULL, NULL, NULL, NULL, NULL, NULL, NULL, '2026-06-20 09:00:00.471989', NULL),
(2, 21, 16, 1, 1, '#d10a9a2d242f5c737c800a6f.1', 'sale', 'import:sales', '2026-06-14 09:00:00.000000', '2026-06-14', 2, 3, 1, NULL, 1, NULL, NULL, NULL, NULL, NULL, NULL, '{"route": "North"}', 2000, 249900, 0, 499800, NULL, 0, 0, NULL, NULL, NULL, NULL, NULL, NULL, 1, '2026-06-20 09:00:00.553423', NULL),
(2, 22, 17, 1, 1, '#a96b1ceee9b5de3d4bc7c3d4.1', 'sale', 'import:sales', '2026-06-15 09:00:00.000000', '2026-06-15', 2, 3, 3, NULL, 3, NULL, NULL, NULL, NULL, NULL, NULL, '{"route": "South"}', 1000, 890525, 0, 890525, NULL, 0, 0, NULL, NULL, NULL, NULL, NULL, NULL, 1, '2026-06-20 09:00:00.553423', NULL),
(2, 23, 17, 1, 2, '#78bb806049115d06e272b119.1', 'sale', 'import:sales', '2026-06-15 09:00:00.000000', '2026-06-15', 2, 3, 4, NULL, 4, NULL, NULL, NULL, NULL, NULL, NULL, '{"route": "South"}', 3000, 40000, 0, 120000, NULL, 0, 0, NULL, NULL, NULL, NULL, NULL, NULL, 1, '2026-06-20 09:00:00.553423', NULL),
(2, 24, 18, 1, 1, '#0a2b07bbd742856a0f4db989.1', 'sale', 'import:sales', '2026-06-14 09:00:00.000000', '2026-06-14', 2, 3, 1, NULL, 1, NULL, NULL, NULL, NULL, NULL, NULL, '{"route": "North"}', 2000, 249900, 0, 499800, NULL, 0, 0, NULL, NULL, NULL, NULL, NULL, NULL, 2, '2026-06-20 09:00:00.599500', '2026-06-20 09:00:00.633004'),
(2, 25, 19, 1, 1, '#8317e45898fc065ff04c5f27.1', 'sale', 'import:sales', '2026-06-15 09:00:00.000000', '2026-06-15', 2, 3, 3, NULL, 3, NULL, NULL, NULL, NULL, NULL, NULL, '{"route": "South"}', 1000, 890525, 0, 890525, NULL, 0, 0, NULL, NULL, NULL, NULL, NULL, NULL, 2, '2026-06-20 09:00:00.599500', '2026-06-20 09:00:00.633004'),
(2, 26, 19, 1, 2, '#526847c9f857852986f74c6c.1', 'sale', 'import:sales', '2026-06-15 09:00:00.000000', '2026-06-15', 2, 3, 4, NULL, 4, NULL, NULL, NULL, NULL, NULL, NULL, '{"route": "South"}', 3000, 40000, 0, 120000, NULL, 0, 0, NULL, NULL, NULL, NULL, NULL, NULL, 2, '2026-06-20 09:00:00.599500', '2026-06-20 09:00:00.633004'),
(2, 27, 20, 1, 1, 'qty_sold_2', 'sale', 'import:qty_sold', '2026-06-20 09:00:00.046294', '2026-06-20', 2, 4, 2, NULL, NULL, 'Migrated', NULL, NULL, NULL, NULL, NULL, NULL, 5000, 1199900, 0, 5999500, NULL, 0, 0, NULL, NULL, NULL, NULL, NULL, NULL, 3, '2026-06-20 09:00:00.686115', NULL),
(2, 28, 21, 1, 1, 'g-1	1', 'sale', 'import:tally', '2026-06-01 09:00:00.000000', '2026-06-01', 2, 7, 5, NULL, 5, NULL, NULL, NULL, NULL, NULL, NULL, '{"alter_id": "1", "voucher_number": "1", "voucher_type": "Sales", "master_id": "1", "source_company": "Demo Ltd", "unit": "Nos", "ledger": "Sales Local", "godown": "Main"}', 10000, 100000, 0, 1000000, NULL, 90000, 2500, '{"CGST": 90000}', NULL, NULL, NULL, NULL, NULL, 4, '2026-06-20 09:00:00.716497', '2026-06-20 09:00:00.751634'),
(2, 29, 22, 1, 1, 'g-2	1', 'sale', 'import:tally', '2026-06-02 09:00:00.000000', '2026-06-02', 2, 7, 5, NULL, 6, NULL, NULL, NULL, NULL, NULL, NULL, '{"alter_id": "1", "voucher_number": "2", "voucher_type": "Sales", "master_id": "2", "source_company": "Demo Ltd", "unit": "Nos", "ledger": "Sales Local", "godown": "Main"}', 10000, 250000, 0, 2500000, NULL, 0, 0, NULL, NULL, NULL, NULL, NULL, NULL, 4, '2026-06-20 09:00:00.716497', '2026-06-20 09:00:00.751634'),
(2, 30, 23, 1, 1, 'g-3	1', 'return', 'import:tally', '2026-06-03 09:00:00.000000', '2026-06-03', 2, 7, 5, NULL, 5, NULL, NULL, NULL, NULL, NULL, NULL, '{"alter_id": "1", "voucher_number": "3", "voucher_type": "Credit Note", "master_id": "3", "source_company": "Demo Ltd", "unit": "Nos", "ledger": "Sales Local", "godown": "Main"}', 2000, 100000, 0, 200000, NULL, 0, 0, NULL, NULL, NULL, NULL, NULL, NULL, 4, '2026-06-20 09:00:00.716497', NULL),
(2, 31, 21, 2, 1, 'g-1	1', 'sale', 'import:tally', '2026-06-01 09:00:00.000000', '2026-06-01', 2, 7, 5, NULL, 5, NULL, NULL, NULL, NULL, NULL, NULL, '{"alter_id": "9", "voucher_number": "1", "voucher_type": "Sales", "master_id": "1", "source_company": "Demo Ltd", "unit": "Nos", "ledger": "Sales Local", "godown": "Main"}', 10000, 120000, 0, 1200000, NULL, 108000, 0, '{"CGST": 108000}', NULL, NULL, NULL, NULL, NULL, 4, '2026-06-20 09:00:00.751634', NULL),
(3, 32, 24, 1, 1, NULL, 'sale', 'chat', '2026-07-21 09:00:00.119763', '2026-07-21', 5, 8, 6, NULL, 7, NULL, NULL, NULL, NULL, NULL, NULL, NULL, 2000, 199900, 0, 399800, NULL, 0, 0, NULL, NULL, NULL, NULL, NULL, NULL, NULL, '2026-07-21 09:00:00.119663', NULL),
(2, 33, 25, 1, 1, NULL, 'sale', 'chat', '2026-07-20 09:00:00.000000', '2026-07-20', 2, 3, 1, NULL, NULL, 'Etsy', NULL, NULL, NULL, NULL, NULL, NULL, 2000, 249900, 0, 499800, 228000, 0, 0, NULL, NULL, NULL, NULL, NULL, NULL, NULL, '2026-07-21 09:00:00.127737', NULL),
(2, 34, 26, 1, 1, NULL, 'sale', 'chat', '2026-07-21 09:00:00.139851', '2026-07-21', 2, 3, 1, NULL, NULL, 'Etsy', NULL, NULL, NULL, NULL, NULL, NULL, 2000, 249900, 0, 499800, 228000, 0, 0, NULL, NULL, NULL, NULL, NULL, NULL, NULL, '2026-07-21 09:00:00.139702', NULL),
(2, 35, 27, 1, 1, NULL, 'sale', 'chat', '2026-07-21 09:00:00.141378', '2026-07-21', 2, 3, 1, NULL, 8, NULL, NULL, NULL, NULL, NULL, NULL, NULL, 1000, 200000, 0, 200000, 114000, 0, 0, NULL, NULL, NULL, NULL, NULL, NULL, NULL, '2026-07-21 09:00:00.141265', NULL),
(2, 36, 28, 1, 1, NULL, 'sale', 'chat', '2026-07-21 09:00:00.145847', '2026-07-21', 2, 3, 1, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, 1000, 249900, 0, 249900, 114000, 0, 0, NULL, NULL, NULL, NULL, NULL, NULL, NULL, '2026-07-21 09:00:00.145797', NULL),
(2, 37, 29, 1, 1, NULL, 'sale', 'chat', '2026-07-21 09:00:00.147994', '2026-07-21', 2, 3, 1, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, 40000, 260000, 0, 10400000, 4560000, 0, 0, NULL, NULL, NULL, NULL, NULL, NULL, NULL, '2026-07-21 09:00:00.147947', NULL),
(2, 38, 30, 1, 1, NULL, 'sale', 'chat', '2026-07-21 09:00:00.155830', '2026-07-21', 3, 5, 2, NULL, 2, NULL, NULL, NULL, NULL, NULL, NULL, NULL, 1000, 1199900, 0, 1199900, NULL, 0, 0, NULL, NULL, NULL, NULL, NULL, NULL, NULL, '2026-07-21 09:00:00.155735', NULL),
(2, 39, 31, 1, 1, NULL, 'return', 'chat', '2026-07-21 09:00:00.158234', '2026-07-21', 3, 5, 2, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, 1000, 1199900, 0, 1199900, NULL, 0, 0, NULL, NULL, NULL, NULL, NULL, TRUE, NULL, '2026-07-21 09:00:00.158202', NULL),
(2, 40, 32, 1, 1, NULL, 'sale', 'api', '2026-07-21 09:00:00.352930', '2026-07-21', 2, 3, 1, 1, NULL, 'Shopify', NULL, NULL, NULL, NULL, NULL, NULL, 2000, 300000, 0, 600000, 228000, 0, 0, NULL, NULL, NULL, NULL, NULL, NULL, NULL, '2026-07-21 09:00:00.352588', NULL),
(2, 41, 33, 1, 1, '#41a48e69b4e26e3b56373d8b.1', 'sale', 'import:sales', '2026-07-14 09:00:00.000000', '2026-07-14', 2, 9, 1, NULL, 1, NULL, NULL, NULL, NULL, NULL, NULL, NULL, 2000, 249900, 0, 499800, NULL, 0, 0, NULL, NULL, NULL, NULL, NULL, NULL, 6, '2026-07-21 09:00:00.430449', NULL),
(2, 42, 34, 1, 1, '#7a9b178199a771372e3ee3f4.1', 'sale', 'import:sales', '2026-07-15 09:00:00.000000', '2026-07-15', 2, 9, 3, NULL, 3, NULL, NULL, NULL, NULL, NULL, NULL, NULL, 1000, 890525, 0, 890525, NULL, 0, 0, NULL, NULL, NULL, NULL, NULL, NULL, 6, '2026-07-21 09:00:00.430449', NULL),
(2, 43, 34, 1, 2, '#49eb7af2f902f000c4e9d139.1', 'sale', 'import:sales', '2026-07-15 09:00:00.000000', '2026-07-15', 2, 9, 4, NULL, 4, NULL, NULL, NULL, NULL, NULL, NULL, NULL, 3000, 40000, 0, 120000, NULL, 0, 0, NULL, NULL, NULL, NULL, NULL, NULL, 6, '2026-07-21 09:00:00.430449', NULL),
(2, 44, 35, 1, 1, NULL, 'sale', 'chat', '2026-07-22 15:00:00.019853', '2026-07-22', 3, 5, 2, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, 1000, 1199900, 0, 1199900, NULL, 0, 0, NULL, NULL, NULL, NULL, NULL, NULL, NULL, '2026-07-22 15:00:00.019701', NULL);

INSERT INTO received_files ("company_id", "id", "person_id", "chat_id", "message_name", "file_id", "file_name", "content", "state", "choices", "seen", "result", "import_id", "shown_in", "claimed_until", "received_at", "finished_at") VALUES
(2, 1, 6, 1005, '4200000000:1005:9', 'BQACpGvXTP6j7QgiZRvQtIW6pZyFiEEAyzpK4ZCmpACCO5U', 'july.csv', NULL, 'done', '{"branch": "mall"}', '{"kind": "sales", "rows": 4, "header": ["Order No", "Sold on", "Item", "Qty", "Total", "Buyer", "Route"], "sheets": [], "fields": {"order_id": "Order No", "date": "Sold on", "product": "Item", "quantity": "Qty", "amount": "Total", "customer": "Buyer"}, "makes": ["customers", "products"], "question": null}', '{"kind": "sales", "is_trial": false, "counts": {"new_orders": 2, "recorded": 3, "rounded": 0, "already_there": 0, "read": 4, "rejected": 1}, "created": {"people": 1, "customers": 1}, "invoiced_e4": 0, "import_ids": [6], "totals": [{"kind": "sale", "documents": 2, "amount_e4": 1510325, "first": "2026-07-14", "last": "2026-07-15"}], "notes": [], "reasons": ["line 5: The date is 2026-07-31, which is in the future. Try: --date-format"]}', NULL, 10, NULL, '2026-07-21 09:00:00.359867', '2026-07-21 09:00:00.569675'),
(2, 2, 6, 1005, '4200000000:1005:12', 'BQAChiUJK-eaIw7vOWR_DXv9YjJ60-DH-HqSX83_YUJ-Tj4', 'later.csv', decode('4f72646572204e6f2c536f6c64206f6e2c4974656d2c5174792c546f74616c2c42757965722c526f7574650a422d312c323032362d30362d31342c536f6c6172476c6f77204f7574646f6f72204c69676874732c322c34392e39382c4a616e6520526f652c4e6f7274680a422d322c323032362d30362d31352c4272617373204c616e7465726e2c312c38392e303532352c224f6d61722022224f2222204b68616c696c222c536f7574680a422d322c323032362d30362d31352c53c3bcc39f686f6c7a20323530672c332c31322cc3896d696c65205a6f6c612c536f7574680a422d332c323032362d30362d33312c4272617373204c616e7465726e2c312c38392e30302c4f6d6172204b68616c696c2c536f7574680a', 'hex'), 'asked', '{}', '{"kind": "sales", "rows": 4, "header": ["Order No", "Sold on", "Item", "Qty", "Total", "Buyer", "Route"], "sheets": [], "fields": {"order_id": "Order No", "date": "Sold on", "product": "Item", "quantity": "Qty", "amount": "Total", "customer": "Buyer"}, "makes": ["customers", "products"], "question": "branch"}', NULL, NULL, 13, NULL, '2026-07-21 09:00:00.572017', NULL);
