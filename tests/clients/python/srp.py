"""The client's half of Cognito's SRP: 3072-bit group of RFC 5054, SHA-256, Cognito's padding and key derivation."""

import base64
import hashlib
import hmac
import secrets
from datetime import datetime, timezone

N = int(
    "FFFFFFFFFFFFFFFFC90FDAA22168C234C4C6628B80DC1CD129024E088A67CC74020BBEA63B139B22514A08798E3404DD"
    "EF9519B3CD3A431B302B0A6DF25F14374FE1356D6D51C245E485B576625E7EC6F44C42E9A637ED6B0BFF5CB6F406B7ED"
    "EE386BFB5A899FA5AE9F24117C4B1FE649286651ECE45B3DC2007CB8A163BF0598DA48361C55D39A69163FA8FD24CF5F"
    "83655D23DCA3AD961C62F356208552BB9ED529077096966D670C354E4ABC9804F1746C08CA18217C32905E462E36CE3B"
    "E39E772C180E86039B2783A2EC07A28FB5C55DF06F4C52C9DE2BCBF6955817183995497CEA956AE515D2261898FA0510"
    "15728E5A8AAAC42DAD33170D04507A33A85521ABDF1CBA64ECFB850458DBEF0A8AEA71575D060C7DB3970F85A6E1E4C7"
    "ABF5AE8CDB0933D71E8C94E04A25619DCEE3D2261AD2EE6BF12FFA06D98A0864D87602733EC86A64521F2B18177B200C"
    "BBE117577A615D6C770988C0BAD946E208E24FA074E5AB3143DB5BFCE0FD108E4B82D120A93AD2CAFFFFFFFFFFFFFFFF",
    16,
)
G = 2
# Day and month names in English whatever the locale.
DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def pad(number: int) -> bytes:
    """Big-endian, with a zero byte in front when the first bit is set."""
    return number.to_bytes(number.bit_length() // 8 + 1, "big")


def digest(*parts: bytes) -> bytes:
    return hashlib.sha256(b"".join(parts)).digest()


def mac(key: bytes, *parts: bytes) -> bytes:
    return hmac.new(key, b"".join(parts), hashlib.sha256).digest()


def timestamp(now: datetime) -> str:
    return f"{DAYS[now.weekday()]} {MONTHS[now.month - 1]} {now.day} {now:%H:%M:%S} UTC {now.year}"


class Exchange:
    """One run; `srp_a` starts it, `claim` answers PASSWORD_VERIFIER."""

    def __init__(self, pool_id: str) -> None:
        self.pool = pool_id.split("_", 1)[1].encode()
        self.secret = secrets.randbits(1024)
        self.public = pow(G, self.secret, N)
        self.srp_a = f"{self.public:x}"

    def claim(self, asked: dict, password: str) -> dict:
        user = asked["USER_ID_FOR_SRP"].encode()
        server = int(asked["SRP_B"], 16)
        identity = digest(self.pool, user, b":", password.encode())
        private = int.from_bytes(digest(pad(int(asked["SALT"], 16)), identity), "big")
        scramble = int.from_bytes(digest(pad(self.public), pad(server)), "big")
        multiplier = int.from_bytes(digest(pad(N), pad(G)), "big")
        base = server - multiplier * pow(G, private, N)
        shared = pow(base % N, self.secret + scramble * private, N)
        key = mac(mac(pad(scramble), pad(shared)), b"Caldera Derived Key\x01")[:16]
        now = timestamp(datetime.now(timezone.utc))
        block = base64.b64decode(asked["SECRET_BLOCK"])
        signature = mac(key, self.pool, user, block, now.encode())
        return {
            "USERNAME": asked["USER_ID_FOR_SRP"],
            "TIMESTAMP": now,
            "PASSWORD_CLAIM_SECRET_BLOCK": asked["SECRET_BLOCK"],
            "PASSWORD_CLAIM_SIGNATURE": base64.b64encode(signature).decode(),
        }
