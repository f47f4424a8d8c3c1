"""Which folders a live workspace may be in, and where things are kept."""

from __future__ import annotations

from pathlib import Path

import pytest

from desktop import paths
from desktop.paths import Standing, judge_folder

HOME = Path("/home/jo")


@pytest.fixture
def mounts(tmp_path):
    """A list of mounts in the form of /proc/mounts."""
    path = tmp_path / "mounts"
    path.write_text(
        "/dev/sda1 / ext4 rw 0 0\n"
        "server:/export /mnt/nfs nfs4 rw 0 0\n"
        "//server/share /mnt/smb\\040share cifs rw 0 0\n"
        "host /mnt/9p 9p rw 0 0\n"
        "jo@host:/ /mnt/ssh fuse.sshfs rw 0 0\n"
        "remote: /mnt/rclone fuse.rclone rw 0 0\n"
        "gvfsd-fuse /run/user/1000/gvfs fuse.gvfsd-fuse rw 0 0\n"
        "thing /mnt/fuse fuse.thing rw 0 0\n"
        "/dev/sdb1 /mnt/usb fuseblk rw 0 0\n"
        "shared /mnt/vbox vboxsf rw 0 0\n"
        "tmpfs /tmp tmpfs rw 0 0\n"
        "overlay /over overlay rw 0 0\n"
    )
    return path


def judge(folder, mounts, environment=None, home=HOME):
    return judge_folder(Path(folder), environment=environment or {}, home=home, mounts=mounts).standing


@pytest.mark.parametrize(
    "folder",
    [
        "/home/jo/OneDrive/acme", "/home/jo/OneDrive - Acme Energy Ltd/acme", "/home/jo/onedrive/Documents/a/b",
        "/home/jo/Dropbox/acme", "/home/jo/Dropbox (Acme)/acme", "/home/jo/iCloud Drive/acme", "/home/jo/iCloudDrive/a",
        "/home/jo/Library/Mobile Documents/com~apple~CloudDocs/acme", "/home/jo/Google Drive/acme",
        "/home/jo/Library/CloudStorage/GoogleDrive-jo@example.com/My Drive/acme", "/home/jo/GoogleDrive/acme",
        "/home/jo/Nextcloud/acme", "/home/jo/Box/acme", "/srv/Dropbox/acme",
    ],
)  # fmt: skip
def test_folders_of_sync_programs_are_refused_by_name(folder, mounts):
    assert judge(folder, mounts) is Standing.SYNCED
    assert judge_folder(Path(folder), environment={}, home=HOME, mounts=mounts).refused


def test_folders_of_sync_programs_are_refused_by_environment(mounts):
    environment = {"OneDriveCommercial": "/data/Work Files"}
    assert judge("/data/Work Files/acme", mounts, environment) is Standing.SYNCED
    assert judge("/data/Work Files", mounts, environment) is Standing.SYNCED
    assert judge("/data/Work Files 2/acme", mounts, environment) is Standing.LOCAL


def test_folders_of_sync_programs_are_refused_by_their_marks(tmp_path, mounts):
    (tmp_path / "Renamed" / ".dropbox.cache").mkdir(parents=True)
    assert judge(tmp_path / "Renamed" / "acme", mounts) is Standing.SYNCED


def test_a_link_into_a_synchronised_folder_is_seen_through(tmp_path, mounts):
    (tmp_path / "OneDrive" / "acme").mkdir(parents=True)
    (tmp_path / "plain").symlink_to(tmp_path / "OneDrive" / "acme")
    assert judge(tmp_path / "plain", mounts, home=tmp_path) is Standing.SYNCED


@pytest.mark.parametrize(
    "folder",
    [
        "/mnt/nfs/acme", "/mnt/smb share/acme", "/mnt/9p/acme", "/mnt/ssh/acme", "/mnt/rclone/acme",
        "/run/user/1000/gvfs/smb-share:server=x/acme", "\\\\server\\share\\acme", "\\\\?\\UNC\\server\\share\\acme",
    ],
)  # fmt: skip
def test_network_folders_are_refused(folder, mounts):
    assert judge(folder, mounts) is Standing.NETWORK


@pytest.mark.parametrize("folder", ["/mnt/fuse/acme", "/mnt/vbox/acme"])
def test_doubtful_folders_are_allowed_with_a_notice(folder, mounts):
    verdict = judge_folder(Path(folder), environment={}, home=HOME, mounts=mounts)
    assert verdict.standing is Standing.UNKNOWN
    assert not verdict.refused
    assert "could not be found out" in verdict.sentence


@pytest.mark.parametrize(
    "folder",
    [
        "/home/jo/acme", "/home/jo/.local/share/MHHS Desk/workspaces/acme", "/mnt/usb/acme", "/tmp/acme", "/over/acme",
        "/home/jo/My Dropbox notes/acme", "/home/jo/Boxes/acme", "/mnt/nfsdata/acme", "/home/jo/Onedrives/acme",
    ],
)  # fmt: skip
def test_local_folders_are_fine_and_nothing_is_said(folder, mounts):
    assert judge_folder(Path(folder), environment={}, home=HOME, mounts=mounts) == paths.FolderVerdict(Standing.LOCAL)


def test_where_the_mounts_cannot_be_read_it_is_unknown_on_linux(tmp_path, monkeypatch):
    monkeypatch.setattr("sys.platform", "linux")
    assert judge("/home/jo/acme", tmp_path / "nothing") is Standing.UNKNOWN


def test_the_default_place_is_local_application_data_and_never_documents(own_home):
    assert "Documents" not in paths.default_root().parts
    assert own_home in paths.default_root().parents
    assert own_home in paths.settings_file().parents


def test_a_path_is_measured_against_the_limit():
    assert paths.too_long(Path("/" + "a" * 159)) == ""
    assert "161 characters" in paths.too_long(Path("/" + "a" * 160))
