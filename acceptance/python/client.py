"""What an application does with PyMySQL: client.py PORT DATABASE "SHARDING CLAUSE"."""

import datetime
import decimal
import sys

import pymysql
import pymysql.cursors

port, database, clause = int(sys.argv[1]), sys.argv[2], sys.argv[3]


def connect(**more):
    return pymysql.connect(host="127.0.0.1", port=port, user="root", database=database, **more)


def equal(got, wanted):
    if got != wanted:
        raise AssertionError(f"got {got!r}, wanted {wanted!r}")


def fails(number, work):
    try:
        work()
    except pymysql.MySQLError as error:
        equal(error.args[0], number)
        return error
    raise AssertionError(f"no error {number}")


def types(connection):
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE IF EXISTS py_items")
        cursor.execute(
            "CREATE TABLE py_items (id INT NOT NULL PRIMARY KEY, name VARCHAR(30), price DECIMAL(10,2), made DATETIME(6),"
            " day DATE, spent TIME, raw BLOB, big BIGINT UNSIGNED, ratio DOUBLE, bits BIT(8)) " + clause)
        row = (1, "Zoë's 100%", decimal.Decimal("12.50"), datetime.datetime(2024, 2, 29, 12, 34, 56, 789000),
               datetime.date(2024, 2, 29), datetime.timedelta(hours=30, minutes=5), b"\x00\xff'\\", 2**64 - 1, 0.1, b"\x0a")
        equal(cursor.execute("INSERT INTO py_items VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s)", row), 1)
        cursor.execute("SELECT * FROM py_items WHERE id = %s", (1,))
        equal(cursor.fetchall(), (row,))
        equal([column[0] for column in cursor.description],
              ["id", "name", "price", "made", "day", "spent", "raw", "big", "ratio", "bits"])
    connection.commit()


def batches(connection):
    with connection.cursor() as cursor:
        equal(cursor.executemany("INSERT INTO py_items (id, name, price) VALUES (%s, %s, %s)",
                                 [(i, f"name {i}", i) for i in range(2, 502)]), 500)
        equal(cursor.executemany("UPDATE py_items SET price = price + 1 WHERE id = %s", [(i,) for i in range(2, 12)]), 10)
        cursor.execute("SELECT COUNT(*), SUM(price), MAX(name) FROM py_items WHERE id > 1")
        equal(cursor.fetchone(), (500, decimal.Decimal(sum(range(2, 502)) + 10), "name 99"))
    connection.commit()


def cursors(connection):
    with connect(cursorclass=pymysql.cursors.DictCursor) as other, other.cursor() as cursor:
        cursor.execute("SELECT id, name FROM py_items WHERE id IN (2, 3) ORDER BY id")
        equal(cursor.fetchall(), [{"id": 2, "name": "name 2"}, {"id": 3, "name": "name 3"}])
    with connect(cursorclass=pymysql.cursors.SSCursor) as other, other.cursor() as cursor:
        cursor.execute("SELECT id FROM py_items ORDER BY id")
        equal(cursor.fetchone(), (1,))
        equal(cursor.fetchmany(3), [(2,), (3,), (4,)])
        equal(sum(1 for _ in cursor), 497)


def transactions(connection):
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM py_items")
        connection.rollback()
        cursor.execute("SELECT COUNT(*) FROM py_items")
        equal(cursor.fetchone(), (501,))
        cursor.execute("DELETE FROM py_items WHERE id > 400")
        equal(cursor.rowcount, 101)
        connection.commit()
        with connect(autocommit=True) as other, other.cursor() as second:
            second.execute("SELECT COUNT(*) FROM py_items")
            equal(second.fetchone(), (400,))


def errors(connection):
    with connection.cursor() as cursor:
        fails(1146, lambda: cursor.execute("SELECT * FROM missing"))
        fails(1064, lambda: cursor.execute("SELEC"))
        error = fails(1062, lambda: cursor.execute("INSERT INTO py_items (id) VALUES (1)"))
        equal(isinstance(error, pymysql.err.IntegrityError), True)
        cursor.execute("SELECT 1")
        equal(cursor.fetchone(), (1,))
    connection.rollback()


def several(connection):
    flag = pymysql.constants.CLIENT.MULTI_STATEMENTS
    with connect(client_flag=flag) as other, other.cursor() as cursor:
        cursor.execute("SELECT 1; SELECT COUNT(*) FROM py_items; SELECT 'x'")
        equal(cursor.fetchall(), ((1,),))
        equal(cursor.nextset(), True)
        equal(cursor.fetchall(), ((400,),))
        equal(cursor.nextset(), True)
        equal(cursor.fetchall(), (("x",),))
        equal(cursor.nextset(), None)


def sessions(connection):
    connection.ping()
    connection.select_db(database)
    connection.set_charset("utf8mb4")
    equal(connection.character_set_name(), "utf8mb4")
    with connection.cursor() as cursor:
        cursor.execute("SET @a = 5")
        cursor.execute("SELECT @a, DATABASE()")
        equal(cursor.fetchone(), (5, database))
        cursor.execute("SELECT CONNECTION_ID()")
        equal(cursor.fetchone(), (connection.thread_id(),))
        cursor.execute("DROP TABLE py_items")


with connect() as main:
    for step in (types, batches, cursors, transactions, errors, several, sessions):
        try:
            step(main)
        except Exception as error:
            sys.exit(f"PyMySQL: {step.__name__}: {type(error).__name__}: {error}")
print("PyMySQL agrees")
