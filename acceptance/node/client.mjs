// What an application does with node's mysql2: node client.mjs PORT DATABASE "SHARDING CLAUSE"
import assert from 'node:assert/strict';
import mysql from 'mysql2/promise';
import callbacks from 'mysql2';

const [port, database, clause] = process.argv.slice(2);
const options = { host: '127.0.0.1', port: Number(port), user: 'root', database, supportBigNumbers: true, dateStrings: true };
const ddl = `CREATE TABLE node_items (
    id INT NOT NULL AUTO_INCREMENT, owner INT NOT NULL, name VARCHAR(30), price DECIMAL(10,2), made DATETIME(3), raw VARBINARY(20),
    big BIGINT UNSIGNED, ratio DOUBLE, doc JSON, flag TINYINT(1), PRIMARY KEY (id, owner)) ${clause}`;

const connection = await mysql.createConnection(options);

await step('text protocol', async () => {
    await connection.query('DROP TABLE IF EXISTS node_items');
    await connection.query(ddl);
    const [inserted] = await connection.query('INSERT INTO node_items (owner, name, price) VALUES ?', [
        [[1, 'a', 1.5], [2, 'b', 2.5], [3, "it's", null]],
    ]);
    assert.equal(inserted.affectedRows, 3);
    assert.ok(inserted.insertId > 0);
    const [rows, fields] = await connection.query('SELECT owner, name, price FROM node_items ORDER BY owner');
    assert.deepEqual(rows.map(row => ({ ...row })), [
        { owner: 1, name: 'a', price: '1.50' },
        { owner: 2, name: 'b', price: '2.50' },
        { owner: 3, name: "it's", price: null },
    ]);
    assert.deepEqual(fields.map(field => field.name), ['owner', 'name', 'price']);
    assert.equal(fields[0].table, 'node_items');
});

await step('prepared statements', async () => {
    const values = [4, 'prepared', '4.25', '2024-02-29 12:34:56.789', Buffer.from([0, 255, 1]), '18446744073709551615', 0.1, '{"a": 1}', 1];
    const [inserted] = await connection.execute(
        'INSERT INTO node_items (owner, name, price, made, raw, big, ratio, doc, flag) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)', values);
    const [rows] = await connection.execute('SELECT * FROM node_items WHERE owner = ?', [4]);
    assert.equal(rows.length, 1);
    assert.equal(rows[0].id, inserted.insertId);
    assert.equal(rows[0].price, '4.25');
    assert.equal(rows[0].made, '2024-02-29 12:34:56.789');
    assert.deepEqual(rows[0].raw, Buffer.from([0, 255, 1]));
    assert.equal(rows[0].big, '18446744073709551615');
    assert.equal(rows[0].ratio, 0.1);
    for (const owner of [1, 2, 3, 99]) {
        const [found] = await connection.execute('SELECT name FROM node_items WHERE owner = ?', [owner]);
        assert.equal(found.length, owner === 99 ? 0 : 1);
    }
    const [all] = await connection.execute('SELECT COUNT(*) AS n, SUM(price) AS s FROM node_items WHERE owner > ?', [0]);
    assert.deepEqual({ ...all[0] }, { n: 4, s: '8.25' });
    await connection.unprepare('SELECT * FROM node_items WHERE owner = ?');
});

await step('rows as arrays', async () => {
    const [rows] = await connection.query({ sql: 'SELECT owner, owner FROM node_items WHERE owner < 3 ORDER BY owner', rowsAsArray: true });
    assert.deepEqual(rows, [[1, 1], [2, 2]]);
});

await step('transactions', async () => {
    await connection.beginTransaction();
    await connection.query('UPDATE node_items SET name = ?', ['changed']);
    await connection.rollback();
    const [kept] = await connection.query("SELECT COUNT(*) AS n FROM node_items WHERE name = 'changed'");
    assert.equal(kept[0].n, 0);
    await connection.beginTransaction();
    const [updated] = await connection.query("UPDATE node_items SET name = 'changed' WHERE owner IN (1, 2)");
    assert.equal(updated.affectedRows, 2);
    assert.equal(updated.changedRows, 2);
    await connection.commit();
    const [changed] = await connection.query("SELECT COUNT(*) AS n FROM node_items WHERE name = 'changed'");
    assert.equal(changed[0].n, 2);
});

await step('errors', async () => {
    await assert.rejects(connection.query('SELECT * FROM missing'), { code: 'ER_NO_SUCH_TABLE', errno: 1146, sqlState: '42S02' });
    await assert.rejects(connection.query('SELEC 1'), { code: 'ER_PARSE_ERROR' });
    await assert.rejects(connection.execute('SELECT nothing FROM node_items'), { code: 'ER_BAD_FIELD_ERROR' });
    const [rows] = await connection.query('SELECT 1 AS alive');
    assert.equal(rows[0].alive, 1);
});

await step('several statements at once', async () => {
    const several = await mysql.createConnection({ ...options, multipleStatements: true });
    const [results] = await several.query('SELECT 1 AS a; UPDATE node_items SET flag = 1 WHERE owner = 1; SELECT COUNT(*) AS n FROM node_items');
    assert.equal(results[0][0].a, 1);
    assert.equal(results[1].affectedRows, 1);
    assert.equal(results[2][0].n, 4);
    await several.end();
});

await step('many rows as a stream', async () => {
    const many = Array.from({ length: 3000 }, (_, i) => [1000 + i, `row ${i}`]);
    await connection.query('INSERT INTO node_items (owner, name) VALUES ?', [many]);
    const plain = callbacks.createConnection(options);
    let sum = 0;
    let count = 0;
    for await (const row of plain.query('SELECT owner FROM node_items WHERE owner >= 1000').stream()) {
        sum += row.owner;
        count++;
    }
    assert.equal(count, 3000);
    assert.equal(sum, (1000 + 3999) * 1500);
    plain.end();
});

await step('pool, ping, change of user', async () => {
    const pool = mysql.createPool({ ...options, connectionLimit: 5 });
    const answers = await Promise.all(Array.from({ length: 20 }, (_, i) => pool.query('SELECT ? AS i, COUNT(*) AS n FROM node_items', [i])));
    answers.forEach(([rows], i) => assert.deepEqual({ ...rows[0] }, { i, n: 3004 }));
    await pool.end();
    await connection.ping();
    await connection.query('SET @x = 1');
    await connection.changeUser({ user: 'root', database });
    const [rows] = await connection.query('SELECT @x AS x, DATABASE() AS d');
    assert.deepEqual({ ...rows[0] }, { x: null, d: database });
});

await connection.query('DROP TABLE node_items');
await connection.end();
console.log('mysql2 agrees');

async function step(name, work) {
    try {
        await work();
    } catch (error) {
        console.error(`mysql2: ${name}: ${error.stack}`);
        process.exit(1);
    }
}
