; Inno Setup script: per-user by default, silent with /VERYSILENT /SUPPRESSMSGBOXES, for all users with /ALLUSERS.
; Build on Windows after `pyinstaller build.spec`:  iscc packaging\windows\mhhs-desk.iss
; Not tried on this project's Linux build machine; part of the manual check-list in docs/releasing.md.

#define Version GetStringFileInfo("..\..\dist\mhhs-desk\mhhs-desk.exe", "ProductVersion")
#if Version == ""
  #define Version "0.1.0"
#endif

[Setup]
AppId={{6F3C5C0A-4B55-4A43-9F4E-7A3E0E0B8D11}
AppName=MHHS Desk
AppVersion={#Version}
AppPublisher=The MHHS Desk authors
DefaultDirName={autopf}\MHHS Desk
DefaultGroupName=MHHS Desk
PrivilegesRequired=lowest
PrivilegesRequiredOverridesAllowed=dialog commandline
ArchitecturesAllowed=x64compatible
ArchitecturesInstallIn64BitMode=x64compatible
LicenseFile=..\..\LICENSE
OutputDir=..\..\dist
OutputBaseFilename=mhhs-desk-{#Version}-setup
Compression=lzma2
SolidCompression=yes
CloseApplications=yes
UninstallDisplayName=MHHS Desk

[Files]
Source: "..\..\dist\mhhs-desk\*"; DestDir: "{app}"; Flags: recursesubdirs ignoreversion

[Icons]
Name: "{group}\MHHS Desk"; Filename: "{app}\mhhs-desk-window.exe"
Name: "{autodesktop}\MHHS Desk"; Filename: "{app}\mhhs-desk-window.exe"; Tasks: desktopicon

[Tasks]
Name: desktopicon; Description: "A shortcut on the desktop"; Flags: unchecked

; Workspaces are never touched by the uninstaller: they are the person's data.
