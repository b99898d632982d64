"""Asks the C2PA implementations of PyPI: `peers.py judge FOLDER` judges the samples of a folder, `peers.py write FOLDER`
fills one with theirs. What they answer is printed as JSON; who is right is decided by the test that asks."""

import datetime
import io
import json
import pathlib
import sys

import c2pa
import c2pa_text
import c2pa_unstructured_text
import c2patxt
import encypher_c2pa
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID


def judge(folder):
    samples = json.loads((folder / "index.json").read_text())
    return {sample["name"]: judge_one(folder, sample) for sample in samples}


def judge_one(folder, sample):
    name = sample["name"]
    text = (folder / f"{name}.txt").read_bytes().decode("utf-8")
    manifest = (folder / f"{name}.c2pa").read_bytes()
    root = (folder / f"{name}.pem").read_text()
    if sample["carrier"] == "stored":
        return {"c2pa-rs": ask_c2pa_rs(text, manifest, root), "encypher-c2pa": ask_encypher(text, "text/plain", root, manifest)}
    answers = {"encypher-c2pa": ask_encypher(text, sample.get("mime", "text/plain"), root)}
    if sample["carrier"] == "wrapper":
        answers["c2patxt"] = ask_c2patxt(text)
        answers["c2pa-text"] = ask_c2pa_text(text, manifest)
        answers["c2pa-unstructured-text"] = ask_unstructured(text, manifest)
        answers["c2pa-rs"] = ask_c2pa_rs(text, manifest, root)
    return answers


def ask_c2patxt(text):
    verdict = c2patxt.verify(text)
    return {"verdict": str(verdict.state.value), "codes": [str(status.code) for status in verdict.failure]}


def ask_c2pa_text(text, manifest):
    try:
        found, _ = c2pa_text.extract_manifest(text)
    except ValueError as error:
        return {"verdict": "refused", "codes": [str(error)]}
    if found is None:
        return {"verdict": "unmarked", "codes": []}
    shape = c2pa_text.validate_manifest(found)
    return {"verdict": "valid" if shape.valid and found == manifest else "other manifest", "codes": []}


def ask_unstructured(text, manifest):
    try:
        found = c2pa_unstructured_text.extract(text)
        if found is None:
            return {"verdict": "unmarked", "codes": []}
        stored = c2patxt.extract(text).hash_data
        exclusions = [(each["start"], each["length"]) for each in stored["exclusions"]]
        c2pa_unstructured_text.verify_data_hash(text, stored["hash"], exclusions)
    except (ValueError, c2patxt.C2paTextError) as error:
        return {"verdict": "invalid", "codes": [str(error)]}
    return {"verdict": "valid" if found["payload"] == manifest else "other manifest", "codes": []}


def ask_encypher(text, mime, root, manifest=None):
    beside = {} if manifest is None else {"manifest_store": manifest}
    report = encypher_c2pa.verify(
        text.encode("utf-8"), mime, no_default_trust=True, trust_pem=root, telemetry=False, online=False, **beside
    )
    failures = report["validation_results"]["failure"]
    return {
        "verdict": report["integrity"],
        "trusted": report["trust"]["status"] == "valid_for_supplied_material",
        "codes": [failure["code"] for failure in failures],
        "timestamps": timestamp_codes(report["validation_results"]),
    }


def ask_c2pa_rs(text, manifest, root):
    trust = {"trust": {"user_anchors": root, "trust_config": "1.3.6.1.5.5.7.3.4\n"}, "verify": {"verify_trust": True}}
    try:
        settings = c2pa.Settings.from_dict(trust)
        context = c2pa.Context(settings)
        reader = c2pa.Reader("text/plain", io.BytesIO(text.encode("utf-8")), manifest_data=manifest, context=context)
    except c2pa.C2paError as error:
        return {"verdict": "refused", "codes": [str(error)]}
    report = json.loads(reader.json())
    results = report.get("validation_results", {}).get("activeManifest", {})
    return {
        "verdict": report["validation_state"].lower(),
        "codes": [failure["code"] for failure in results.get("failure", [])],
        "timestamps": timestamp_codes(results),
    }


def timestamp_codes(results):
    return [each["code"] for bucket in results.values() for each in bucket if each["code"].startswith("timeStamp")]


def write(folder):
    folder.mkdir(parents=True, exist_ok=True)
    index = []

    def keep(name, text, root, manifest=None):
        (folder / f"{name}.txt").write_bytes(text.encode("utf-8"))
        (folder / f"{name}.pem").write_bytes(root)
        if manifest is not None:
            (folder / f"{name}.c2pa").write_bytes(manifest)
        index.append({"name": name, "by": name.split(":")[0]})

    words = "The cat sat on the mat. Größe, 猫, 😀."
    key, leaf, root = authority(ed25519.Ed25519PrivateKey.generate)
    signer = c2patxt.Signer(private_key=key, certificates=(leaf, root))
    disclosure = c2patxt.Disclosure(media_type="text/plain", model_type=c2patxt.ModelType.GENERIC, model_name="demo")
    for number, text in enumerate([words, "", "x" * 5000, "Cafe\u0301"]):
        keep(f"c2patxt:{number}", c2patxt.embed(text, signer, disclosure), pem(root))
    marked = c2patxt.embed(words, signer, disclosure)
    keep("c2patxt:twice", c2patxt.embed(words, signer, disclosure) + marked[len(words):], pem(root))
    keep("c2patxt:altered", marked.replace("cat", "dog"), pem(root))
    store = c2patxt.extract(marked).raw
    keep("c2pa-text:moved", c2pa_text.embed_manifest("Other words.", store), pem(root))
    keep("c2pa-unstructured-text:moved", c2pa_unstructured_text.embed("Other words.", store), pem(root))
    rs_key, rs_leaf, rs_root = authority(lambda: ec.generate_private_key(ec.SECP256R1()))
    for name, created in [("sidecar", True), ("gathered", False)]:
        keep(f"c2pa-rs:{name}", words, pem(rs_root), c2pa_rs_sidecar(words, rs_key, rs_leaf, rs_root, created))
    first = c2pa_rs_drawing(rs_key, rs_leaf, rs_root)
    second = c2pa_rs_drawing(rs_key, rs_leaf, rs_root, first)
    for name, drawing in [("nested", first), ("nested-twice", second), ("nested-broken", broken(first))]:
        keep(f"c2pa-rs:{name}", words, pem(rs_root), c2pa_rs_sidecar(words, rs_key, rs_leaf, rs_root, True, drawing))
    (folder / "index.json").write_text(json.dumps(index))
    return {"written": len(index)}


def c2pa_rs_sidecar(text, key, leaf, root, created_by_generator, ingredient=None):
    signer, builder = c2pa_rs_tools(key, leaf, root, created_by_generator, ingredient)
    builder.set_no_embed()
    return builder.sign(signer, "text/plain", io.BytesIO(text.encode("utf-8")))


def c2pa_rs_drawing(key, leaf, root, ingredient=None):
    signer, builder = c2pa_rs_tools(key, leaf, root, True, ingredient)
    signed = io.BytesIO()
    builder.sign(signer, "image/svg+xml", io.BytesIO(b'<svg xmlns="http://www.w3.org/2000/svg"></svg>'), signed)
    return signed.getvalue()


def broken(drawing):
    """The same drawing with another picture in it, of which its manifest knows nothing."""
    return drawing.replace(b"</svg>", b"<g></g></svg>")


def c2pa_rs_tools(key, leaf, root, created_by_generator, ingredient):
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    signer = c2pa.Signer.from_info(c2pa.C2paSignerInfo(b"es256", pem(leaf) + pem(root), private, None))
    created = {
        "action": "c2pa.created",
        "digitalSourceType": "http://cv.iptc.org/newscodes/digitalsourcetype/trainedAlgorithmicMedia",
    }
    builder = c2pa.Builder(
        json.dumps(
            {
                "claim_generator_info": [{"name": "interop", "version": "1"}],
                "assertions": [{"label": "c2pa.actions", "created": created_by_generator, "data": {"actions": [created]}}],
            }
        )
    )
    if ingredient is not None:
        about = json.dumps({"title": "A drawing", "relationship": "componentOf"})
        builder.add_ingredient(about, "image/svg+xml", io.BytesIO(ingredient))
    return signer, builder


def authority(new_key):
    root_key, leaf_key = new_key(), new_key()
    root = certificate("Interop root", root_key, "Interop root", root_key, None)
    purposes = [c2patxt.C2PA_CLAIM_SIGNING_EKU, ExtendedKeyUsageOID.EMAIL_PROTECTION]
    leaf = certificate("Interop leaf", leaf_key, "Interop root", root_key, purposes)
    return leaf_key, leaf, root


def certificate(subject, key, issuer, issuer_key, purposes):
    is_ca = purposes is None
    now = datetime.datetime.now(datetime.timezone.utc)
    name = lambda common: x509.Name(
        [x509.NameAttribute(NameOID.ORGANIZATION_NAME, "Interop"), x509.NameAttribute(NameOID.COMMON_NAME, common)]
    )
    builder = (
        x509.CertificateBuilder()
        .subject_name(name(subject))
        .issuer_name(name(issuer))
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(hours=1))
        .not_valid_after(now + datetime.timedelta(days=30))
        .add_extension(x509.BasicConstraints(ca=is_ca, path_length=None), critical=True)
        .add_extension(x509.KeyUsage(not is_ca, False, False, False, False, is_ca, is_ca, False, False), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(issuer_key.public_key()), critical=False)
    )
    if purposes is not None:
        builder = builder.add_extension(x509.ExtendedKeyUsage(purposes), critical=False)
    digest = None if isinstance(issuer_key, ed25519.Ed25519PrivateKey) else hashes.SHA256()
    return builder.sign(issuer_key, digest)


def pem(each):
    return each.public_bytes(serialization.Encoding.PEM)


if __name__ == "__main__":
    command, target = sys.argv[1], pathlib.Path(sys.argv[2])
    print(json.dumps({"judge": judge, "write": write}[command](target)))
