{
 "patcher": {
  "title": "Antiphon: clips and reasons",
  "fileversion": 1,
  "appversion": {
   "major": 8,
   "minor": 5,
   "revision": 5,
   "architecture": "x64",
   "modernui": 1
  },
  "classnamespace": "box",
  "rect": [
   60.0,
   80.0,
   1200.0,
   960.0
  ],
  "bglocked": 0,
  "openinpresentation": 1,
  "default_fontsize": 12.0,
  "default_fontface": 0,
  "default_fontname": "Arial",
  "gridonopen": 1,
  "gridsize": [
   15.0,
   15.0
  ],
  "gridsnaponopen": 1,
  "objectsnaponopen": 1,
  "statusbarvisible": 2,
  "toolbarvisible": 1,
  "lefttoolbarpinned": 0,
  "toptoolbarpinned": 0,
  "righttoolbarpinned": 0,
  "bottomtoolbarpinned": 0,
  "toolbars_unpinned_last_save": 0,
  "tallnewobj": 0,
  "boxanimatetime": 200,
  "enablehscroll": 1,
  "enablevscroll": 1,
  "devicewidth": 0.0,
  "description": "",
  "digest": "",
  "tags": "",
  "style": "",
  "subpatcher_template": "",
  "assistshowspatchername": 0,
  "boxes": [
   {
    "box": {
     "id": "obj-1",
     "maxclass": "comment",
     "numinlets": 1,
     "numoutlets": 0,
     "patching_rect": [
      20,
      12,
      274.0,
      26.0
     ],
     "text": "Clips of your own, and why",
     "fontsize": 16.0,
     "fontface": 1,
     "presentation": 1,
     "presentation_rect": [
      20,
      8,
      320,
      26
     ]
    }
   },
   {
    "box": {
     "id": "obj-2",
     "maxclass": "comment",
     "numinlets": 1,
     "numoutlets": 0,
     "patching_rect": [
      20,
      44,
      640,
      51.0
     ],
     "text": "Start antiphon jam --library FOLDER, after antiphon index FOLDER has got to know your MIDI files. Play, then ask what fits: each line is a clip, with its title, key and reason. clip plays it from the next bar on, prime has Antiphon hear it, like and skip tell your taste.",
     "linecount": 3,
     "presentation": 1,
     "presentation_rect": [
      20,
      38,
      600,
      68
     ]
    }
   },
   {
    "box": {
     "id": "obj-3",
     "maxclass": "bpatcher",
     "numinlets": 2,
     "numoutlets": 4,
     "patching_rect": [
      20,
      170,
      300.0,
      116.0
     ],
     "outlettype": [
      "",
      "",
      "",
      ""
     ],
     "name": "antiphon.maxpat",
     "presentation": 1,
     "presentation_rect": [
      640,
      8,
      300.0,
      116.0
     ]
    }
   },
   {
    "box": {
     "id": "obj-4",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 1,
     "patching_rect": [
      20,
      130,
      87,
      22.0
     ],
     "outlettype": [
      ""
     ],
     "text": "r clips-say"
    }
   },
   {
    "box": {
     "id": "obj-5",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 3,
     "patching_rect": [
      340,
      170,
      54,
      22.0
     ],
     "outlettype": [
      "",
      "",
      ""
     ],
     "text": "notein"
    }
   },
   {
    "box": {
     "id": "obj-6",
     "maxclass": "newobj",
     "numinlets": 3,
     "numoutlets": 1,
     "patching_rect": [
      340,
      202.0,
      100,
      22.0
     ],
     "outlettype": [
      ""
     ],
     "text": "pack 0 0 1"
    }
   },
   {
    "box": {
     "id": "obj-7",
     "maxclass": "comment",
     "numinlets": 1,
     "numoutlets": 0,
     "patching_rect": [
      460,
      170,
      100,
      21.0
     ],
     "text": "your keyboard"
    }
   },
   {
    "box": {
     "id": "obj-8",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 3,
     "patching_rect": [
      340,
      240,
      120,
      22.0
     ],
     "outlettype": [
      "",
      "",
      ""
     ],
     "text": "unpack 0 0 0"
    }
   },
   {
    "box": {
     "id": "obj-9",
     "maxclass": "newobj",
     "numinlets": 3,
     "numoutlets": 0,
     "patching_rect": [
      340,
      272.0,
      120,
      22.0
     ],
     "outlettype": [],
     "text": "noteout"
    }
   },
   {
    "box": {
     "id": "obj-10",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 0,
     "patching_rect": [
      980,
      170,
      87,
      22.0
     ],
     "outlettype": [],
     "text": "s clips-say"
    }
   },
   {
    "box": {
     "id": "obj-11",
     "maxclass": "message",
     "numinlets": 2,
     "numoutlets": 1,
     "patching_rect": [
      480.0,
      110,
      112,
      22.0
     ],
     "text": "recommend 5",
     "outlettype": [
      ""
     ],
     "presentation": 1,
     "presentation_rect": [
      20.0,
      112,
      112,
      22
     ]
    }
   },
   {
    "box": {
     "id": "obj-12",
     "maxclass": "message",
     "numinlets": 2,
     "numoutlets": 1,
     "patching_rect": [
      602.0,
      110,
      112,
      22.0
     ],
     "text": "advise",
     "outlettype": [
      ""
     ],
     "presentation": 1,
     "presentation_rect": [
      142.0,
      112,
      112,
      22
     ]
    }
   },
   {
    "box": {
     "id": "obj-13",
     "maxclass": "message",
     "numinlets": 2,
     "numoutlets": 1,
     "patching_rect": [
      724.0,
      110,
      112,
      22.0
     ],
     "text": "explain 0",
     "outlettype": [
      ""
     ],
     "presentation": 1,
     "presentation_rect": [
      264.0,
      112,
      112,
      22
     ]
    }
   },
   {
    "box": {
     "id": "obj-14",
     "maxclass": "message",
     "numinlets": 2,
     "numoutlets": 1,
     "patching_rect": [
      846.0,
      110,
      112,
      22.0
     ],
     "text": "taste/forget",
     "outlettype": [
      ""
     ],
     "presentation": 1,
     "presentation_rect": [
      386.0,
      112,
      112,
      22
     ]
    }
   },
   {
    "box": {
     "id": "obj-15",
     "maxclass": "newobj",
     "numinlets": 4,
     "numoutlets": 4,
     "patching_rect": [
      480,
      210,
      400,
      36.0
     ],
     "outlettype": [
      "",
      "",
      "",
      ""
     ],
     "text": "route /antiphon/recommended /antiphon/advised /antiphon/explained"
    }
   },
   {
    "box": {
     "id": "obj-16",
     "maxclass": "newobj",
     "numinlets": 6,
     "numoutlets": 6,
     "patching_rect": [
      480,
      260,
      160,
      22.0
     ],
     "outlettype": [
      "",
      "",
      "",
      "",
      "",
      ""
     ],
     "text": "route 1 2 3 4 5"
    }
   },
   {
    "box": {
     "id": "obj-17",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 1,
     "patching_rect": [
      20,
      310.0,
      87,
      22.0
     ],
     "outlettype": [
      ""
     ],
     "text": "prepend set"
    }
   },
   {
    "box": {
     "id": "obj-18",
     "maxclass": "message",
     "numinlets": 2,
     "numoutlets": 1,
     "patching_rect": [
      20,
      342.0,
      420,
      22.0
     ],
     "text": "",
     "outlettype": [
      ""
     ],
     "presentation": 1,
     "presentation_rect": [
      20,
      142.0,
      440,
      22
     ]
    }
   },
   {
    "box": {
     "id": "obj-19",
     "maxclass": "newobj",
     "numinlets": 2,
     "numoutlets": 2,
     "patching_rect": [
      460,
      310.0,
      70,
      22.0
     ],
     "outlettype": [
      "anything",
      "list"
     ],
     "text": "zl.nth 1"
    }
   },
   {
    "box": {
     "id": "obj-20",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 1,
     "patching_rect": [
      550.0,
      310.0,
      130,
      22.0
     ],
     "outlettype": [
      ""
     ],
     "text": "prepend set clip"
    }
   },
   {
    "box": {
     "id": "obj-21",
     "maxclass": "message",
     "numinlets": 2,
     "numoutlets": 1,
     "patching_rect": [
      550.0,
      342.0,
      130,
      22.0
     ],
     "text": "clip",
     "outlettype": [
      ""
     ],
     "presentation": 1,
     "presentation_rect": [
      470.0,
      142.0,
      78,
      22
     ]
    }
   },
   {
    "box": {
     "id": "obj-22",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 1,
     "patching_rect": [
      700.0,
      310.0,
      130,
      22.0
     ],
     "outlettype": [
      ""
     ],
     "text": "prepend set prime"
    }
   },
   {
    "box": {
     "id": "obj-23",
     "maxclass": "message",
     "numinlets": 2,
     "numoutlets": 1,
     "patching_rect": [
      700.0,
      342.0,
      130,
      22.0
     ],
     "text": "prime",
     "outlettype": [
      ""
     ],
     "presentation": 1,
     "presentation_rect": [
      554.0,
      142.0,
      78,
      22
     ]
    }
   },
   {
    "box": {
     "id": "obj-24",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 1,
     "patching_rect": [
      850.0,
      310.0,
      130,
      22.0
     ],
     "outlettype": [
      ""
     ],
     "text": "prepend set like"
    }
   },
   {
    "box": {
     "id": "obj-25",
     "maxclass": "message",
     "numinlets": 2,
     "numoutlets": 1,
     "patching_rect": [
      850.0,
      342.0,
      130,
      22.0
     ],
     "text": "like",
     "outlettype": [
      ""
     ],
     "presentation": 1,
     "presentation_rect": [
      638.0,
      142.0,
      78,
      22
     ]
    }
   },
   {
    "box": {
     "id": "obj-26",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 1,
     "patching_rect": [
      1000.0,
      310.0,
      130,
      22.0
     ],
     "outlettype": [
      ""
     ],
     "text": "prepend set skip"
    }
   },
   {
    "box": {
     "id": "obj-27",
     "maxclass": "message",
     "numinlets": 2,
     "numoutlets": 1,
     "patching_rect": [
      1000.0,
      342.0,
      130,
      22.0
     ],
     "text": "skip",
     "outlettype": [
      ""
     ],
     "presentation": 1,
     "presentation_rect": [
      722.0,
      142.0,
      78,
      22
     ]
    }
   },
   {
    "box": {
     "id": "obj-28",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 1,
     "patching_rect": [
      20,
      390.0,
      87,
      22.0
     ],
     "outlettype": [
      ""
     ],
     "text": "prepend set"
    }
   },
   {
    "box": {
     "id": "obj-29",
     "maxclass": "message",
     "numinlets": 2,
     "numoutlets": 1,
     "patching_rect": [
      20,
      422.0,
      420,
      22.0
     ],
     "text": "",
     "outlettype": [
      ""
     ],
     "presentation": 1,
     "presentation_rect": [
      20,
      172.0,
      440,
      22
     ]
    }
   },
   {
    "box": {
     "id": "obj-30",
     "maxclass": "newobj",
     "numinlets": 2,
     "numoutlets": 2,
     "patching_rect": [
      460,
      390.0,
      70,
      22.0
     ],
     "outlettype": [
      "anything",
      "list"
     ],
     "text": "zl.nth 1"
    }
   },
   {
    "box": {
     "id": "obj-31",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 1,
     "patching_rect": [
      550.0,
      390.0,
      130,
      22.0
     ],
     "outlettype": [
      ""
     ],
     "text": "prepend set clip"
    }
   },
   {
    "box": {
     "id": "obj-32",
     "maxclass": "message",
     "numinlets": 2,
     "numoutlets": 1,
     "patching_rect": [
      550.0,
      422.0,
      130,
      22.0
     ],
     "text": "clip",
     "outlettype": [
      ""
     ],
     "presentation": 1,
     "presentation_rect": [
      470.0,
      172.0,
      78,
      22
     ]
    }
   },
   {
    "box": {
     "id": "obj-33",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 1,
     "patching_rect": [
      700.0,
      390.0,
      130,
      22.0
     ],
     "outlettype": [
      ""
     ],
     "text": "prepend set prime"
    }
   },
   {
    "box": {
     "id": "obj-34",
     "maxclass": "message",
     "numinlets": 2,
     "numoutlets": 1,
     "patching_rect": [
      700.0,
      422.0,
      130,
      22.0
     ],
     "text": "prime",
     "outlettype": [
      ""
     ],
     "presentation": 1,
     "presentation_rect": [
      554.0,
      172.0,
      78,
      22
     ]
    }
   },
   {
    "box": {
     "id": "obj-35",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 1,
     "patching_rect": [
      850.0,
      390.0,
      130,
      22.0
     ],
     "outlettype": [
      ""
     ],
     "text": "prepend set like"
    }
   },
   {
    "box": {
     "id": "obj-36",
     "maxclass": "message",
     "numinlets": 2,
     "numoutlets": 1,
     "patching_rect": [
      850.0,
      422.0,
      130,
      22.0
     ],
     "text": "like",
     "outlettype": [
      ""
     ],
     "presentation": 1,
     "presentation_rect": [
      638.0,
      172.0,
      78,
      22
     ]
    }
   },
   {
    "box": {
     "id": "obj-37",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 1,
     "patching_rect": [
      1000.0,
      390.0,
      130,
      22.0
     ],
     "outlettype": [
      ""
     ],
     "text": "prepend set skip"
    }
   },
   {
    "box": {
     "id": "obj-38",
     "maxclass": "message",
     "numinlets": 2,
     "numoutlets": 1,
     "patching_rect": [
      1000.0,
      422.0,
      130,
      22.0
     ],
     "text": "skip",
     "outlettype": [
      ""
     ],
     "presentation": 1,
     "presentation_rect": [
      722.0,
      172.0,
      78,
      22
     ]
    }
   },
   {
    "box": {
     "id": "obj-39",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 1,
     "patching_rect": [
      20,
      470.0,
      87,
      22.0
     ],
     "outlettype": [
      ""
     ],
     "text": "prepend set"
    }
   },
   {
    "box": {
     "id": "obj-40",
     "maxclass": "message",
     "numinlets": 2,
     "numoutlets": 1,
     "patching_rect": [
      20,
      502.0,
      420,
      22.0
     ],
     "text": "",
     "outlettype": [
      ""
     ],
     "presentation": 1,
     "presentation_rect": [
      20,
      202.0,
      440,
      22
     ]
    }
   },
   {
    "box": {
     "id": "obj-41",
     "maxclass": "newobj",
     "numinlets": 2,
     "numoutlets": 2,
     "patching_rect": [
      460,
      470.0,
      70,
      22.0
     ],
     "outlettype": [
      "anything",
      "list"
     ],
     "text": "zl.nth 1"
    }
   },
   {
    "box": {
     "id": "obj-42",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 1,
     "patching_rect": [
      550.0,
      470.0,
      130,
      22.0
     ],
     "outlettype": [
      ""
     ],
     "text": "prepend set clip"
    }
   },
   {
    "box": {
     "id": "obj-43",
     "maxclass": "message",
     "numinlets": 2,
     "numoutlets": 1,
     "patching_rect": [
      550.0,
      502.0,
      130,
      22.0
     ],
     "text": "clip",
     "outlettype": [
      ""
     ],
     "presentation": 1,
     "presentation_rect": [
      470.0,
      202.0,
      78,
      22
     ]
    }
   },
   {
    "box": {
     "id": "obj-44",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 1,
     "patching_rect": [
      700.0,
      470.0,
      130,
      22.0
     ],
     "outlettype": [
      ""
     ],
     "text": "prepend set prime"
    }
   },
   {
    "box": {
     "id": "obj-45",
     "maxclass": "message",
     "numinlets": 2,
     "numoutlets": 1,
     "patching_rect": [
      700.0,
      502.0,
      130,
      22.0
     ],
     "text": "prime",
     "outlettype": [
      ""
     ],
     "presentation": 1,
     "presentation_rect": [
      554.0,
      202.0,
      78,
      22
     ]
    }
   },
   {
    "box": {
     "id": "obj-46",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 1,
     "patching_rect": [
      850.0,
      470.0,
      130,
      22.0
     ],
     "outlettype": [
      ""
     ],
     "text": "prepend set like"
    }
   },
   {
    "box": {
     "id": "obj-47",
     "maxclass": "message",
     "numinlets": 2,
     "numoutlets": 1,
     "patching_rect": [
      850.0,
      502.0,
      130,
      22.0
     ],
     "text": "like",
     "outlettype": [
      ""
     ],
     "presentation": 1,
     "presentation_rect": [
      638.0,
      202.0,
      78,
      22
     ]
    }
   },
   {
    "box": {
     "id": "obj-48",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 1,
     "patching_rect": [
      1000.0,
      470.0,
      130,
      22.0
     ],
     "outlettype": [
      ""
     ],
     "text": "prepend set skip"
    }
   },
   {
    "box": {
     "id": "obj-49",
     "maxclass": "message",
     "numinlets": 2,
     "numoutlets": 1,
     "patching_rect": [
      1000.0,
      502.0,
      130,
      22.0
     ],
     "text": "skip",
     "outlettype": [
      ""
     ],
     "presentation": 1,
     "presentation_rect": [
      722.0,
      202.0,
      78,
      22
     ]
    }
   },
   {
    "box": {
     "id": "obj-50",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 1,
     "patching_rect": [
      20,
      550.0,
      87,
      22.0
     ],
     "outlettype": [
      ""
     ],
     "text": "prepend set"
    }
   },
   {
    "box": {
     "id": "obj-51",
     "maxclass": "message",
     "numinlets": 2,
     "numoutlets": 1,
     "patching_rect": [
      20,
      582.0,
      420,
      22.0
     ],
     "text": "",
     "outlettype": [
      ""
     ],
     "presentation": 1,
     "presentation_rect": [
      20,
      232.0,
      440,
      22
     ]
    }
   },
   {
    "box": {
     "id": "obj-52",
     "maxclass": "newobj",
     "numinlets": 2,
     "numoutlets": 2,
     "patching_rect": [
      460,
      550.0,
      70,
      22.0
     ],
     "outlettype": [
      "anything",
      "list"
     ],
     "text": "zl.nth 1"
    }
   },
   {
    "box": {
     "id": "obj-53",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 1,
     "patching_rect": [
      550.0,
      550.0,
      130,
      22.0
     ],
     "outlettype": [
      ""
     ],
     "text": "prepend set clip"
    }
   },
   {
    "box": {
     "id": "obj-54",
     "maxclass": "message",
     "numinlets": 2,
     "numoutlets": 1,
     "patching_rect": [
      550.0,
      582.0,
      130,
      22.0
     ],
     "text": "clip",
     "outlettype": [
      ""
     ],
     "presentation": 1,
     "presentation_rect": [
      470.0,
      232.0,
      78,
      22
     ]
    }
   },
   {
    "box": {
     "id": "obj-55",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 1,
     "patching_rect": [
      700.0,
      550.0,
      130,
      22.0
     ],
     "outlettype": [
      ""
     ],
     "text": "prepend set prime"
    }
   },
   {
    "box": {
     "id": "obj-56",
     "maxclass": "message",
     "numinlets": 2,
     "numoutlets": 1,
     "patching_rect": [
      700.0,
      582.0,
      130,
      22.0
     ],
     "text": "prime",
     "outlettype": [
      ""
     ],
     "presentation": 1,
     "presentation_rect": [
      554.0,
      232.0,
      78,
      22
     ]
    }
   },
   {
    "box": {
     "id": "obj-57",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 1,
     "patching_rect": [
      850.0,
      550.0,
      130,
      22.0
     ],
     "outlettype": [
      ""
     ],
     "text": "prepend set like"
    }
   },
   {
    "box": {
     "id": "obj-58",
     "maxclass": "message",
     "numinlets": 2,
     "numoutlets": 1,
     "patching_rect": [
      850.0,
      582.0,
      130,
      22.0
     ],
     "text": "like",
     "outlettype": [
      ""
     ],
     "presentation": 1,
     "presentation_rect": [
      638.0,
      232.0,
      78,
      22
     ]
    }
   },
   {
    "box": {
     "id": "obj-59",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 1,
     "patching_rect": [
      1000.0,
      550.0,
      130,
      22.0
     ],
     "outlettype": [
      ""
     ],
     "text": "prepend set skip"
    }
   },
   {
    "box": {
     "id": "obj-60",
     "maxclass": "message",
     "numinlets": 2,
     "numoutlets": 1,
     "patching_rect": [
      1000.0,
      582.0,
      130,
      22.0
     ],
     "text": "skip",
     "outlettype": [
      ""
     ],
     "presentation": 1,
     "presentation_rect": [
      722.0,
      232.0,
      78,
      22
     ]
    }
   },
   {
    "box": {
     "id": "obj-61",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 1,
     "patching_rect": [
      20,
      630.0,
      87,
      22.0
     ],
     "outlettype": [
      ""
     ],
     "text": "prepend set"
    }
   },
   {
    "box": {
     "id": "obj-62",
     "maxclass": "message",
     "numinlets": 2,
     "numoutlets": 1,
     "patching_rect": [
      20,
      662.0,
      420,
      22.0
     ],
     "text": "",
     "outlettype": [
      ""
     ],
     "presentation": 1,
     "presentation_rect": [
      20,
      262.0,
      440,
      22
     ]
    }
   },
   {
    "box": {
     "id": "obj-63",
     "maxclass": "newobj",
     "numinlets": 2,
     "numoutlets": 2,
     "patching_rect": [
      460,
      630.0,
      70,
      22.0
     ],
     "outlettype": [
      "anything",
      "list"
     ],
     "text": "zl.nth 1"
    }
   },
   {
    "box": {
     "id": "obj-64",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 1,
     "patching_rect": [
      550.0,
      630.0,
      130,
      22.0
     ],
     "outlettype": [
      ""
     ],
     "text": "prepend set clip"
    }
   },
   {
    "box": {
     "id": "obj-65",
     "maxclass": "message",
     "numinlets": 2,
     "numoutlets": 1,
     "patching_rect": [
      550.0,
      662.0,
      130,
      22.0
     ],
     "text": "clip",
     "outlettype": [
      ""
     ],
     "presentation": 1,
     "presentation_rect": [
      470.0,
      262.0,
      78,
      22
     ]
    }
   },
   {
    "box": {
     "id": "obj-66",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 1,
     "patching_rect": [
      700.0,
      630.0,
      130,
      22.0
     ],
     "outlettype": [
      ""
     ],
     "text": "prepend set prime"
    }
   },
   {
    "box": {
     "id": "obj-67",
     "maxclass": "message",
     "numinlets": 2,
     "numoutlets": 1,
     "patching_rect": [
      700.0,
      662.0,
      130,
      22.0
     ],
     "text": "prime",
     "outlettype": [
      ""
     ],
     "presentation": 1,
     "presentation_rect": [
      554.0,
      262.0,
      78,
      22
     ]
    }
   },
   {
    "box": {
     "id": "obj-68",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 1,
     "patching_rect": [
      850.0,
      630.0,
      130,
      22.0
     ],
     "outlettype": [
      ""
     ],
     "text": "prepend set like"
    }
   },
   {
    "box": {
     "id": "obj-69",
     "maxclass": "message",
     "numinlets": 2,
     "numoutlets": 1,
     "patching_rect": [
      850.0,
      662.0,
      130,
      22.0
     ],
     "text": "like",
     "outlettype": [
      ""
     ],
     "presentation": 1,
     "presentation_rect": [
      638.0,
      262.0,
      78,
      22
     ]
    }
   },
   {
    "box": {
     "id": "obj-70",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 1,
     "patching_rect": [
      1000.0,
      630.0,
      130,
      22.0
     ],
     "outlettype": [
      ""
     ],
     "text": "prepend set skip"
    }
   },
   {
    "box": {
     "id": "obj-71",
     "maxclass": "message",
     "numinlets": 2,
     "numoutlets": 1,
     "patching_rect": [
      1000.0,
      662.0,
      130,
      22.0
     ],
     "text": "skip",
     "outlettype": [
      ""
     ],
     "presentation": 1,
     "presentation_rect": [
      722.0,
      262.0,
      78,
      22
     ]
    }
   },
   {
    "box": {
     "id": "obj-72",
     "maxclass": "comment",
     "numinlets": 1,
     "numoutlets": 0,
     "patching_rect": [
      20.0,
      710.0,
      200,
      21.0
     ],
     "text": "what suits your playing",
     "presentation": 1,
     "presentation_rect": [
      20.0,
      296.0,
      260,
      21
     ]
    }
   },
   {
    "box": {
     "id": "obj-73",
     "maxclass": "newobj",
     "numinlets": 2,
     "numoutlets": 2,
     "patching_rect": [
      20.0,
      742.0,
      80,
      22.0
     ],
     "outlettype": [
      "list",
      "list"
     ],
     "text": "zl.slice 3"
    }
   },
   {
    "box": {
     "id": "obj-74",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 1,
     "patching_rect": [
      20.0,
      774.0,
      87,
      22.0
     ],
     "outlettype": [
      ""
     ],
     "text": "prepend set"
    }
   },
   {
    "box": {
     "id": "obj-75",
     "maxclass": "message",
     "numinlets": 2,
     "numoutlets": 1,
     "patching_rect": [
      20.0,
      810.0,
      520,
      22.0
     ],
     "text": "",
     "outlettype": [
      ""
     ],
     "presentation": 1,
     "presentation_rect": [
      20,
      318.0,
      760,
      22
     ]
    }
   },
   {
    "box": {
     "id": "obj-76",
     "maxclass": "comment",
     "numinlets": 1,
     "numoutlets": 0,
     "patching_rect": [
      580.0,
      710.0,
      200,
      21.0
     ],
     "text": "why the last note was played",
     "presentation": 1,
     "presentation_rect": [
      20.0,
      350.0,
      260,
      21
     ]
    }
   },
   {
    "box": {
     "id": "obj-77",
     "maxclass": "newobj",
     "numinlets": 2,
     "numoutlets": 2,
     "patching_rect": [
      580.0,
      742.0,
      80,
      22.0
     ],
     "outlettype": [
      "list",
      "list"
     ],
     "text": "zl.slice 3"
    }
   },
   {
    "box": {
     "id": "obj-78",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 1,
     "patching_rect": [
      580.0,
      774.0,
      87,
      22.0
     ],
     "outlettype": [
      ""
     ],
     "text": "prepend set"
    }
   },
   {
    "box": {
     "id": "obj-79",
     "maxclass": "message",
     "numinlets": 2,
     "numoutlets": 1,
     "patching_rect": [
      580.0,
      810.0,
      520,
      22.0
     ],
     "text": "",
     "outlettype": [
      ""
     ],
     "presentation": 1,
     "presentation_rect": [
      20,
      372.0,
      760,
      22
     ]
    }
   },
   {
    "box": {
     "id": "obj-80",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 1,
     "patching_rect": [
      20,
      860.0,
      87,
      22.0
     ],
     "outlettype": [
      ""
     ],
     "text": "prepend set"
    }
   },
   {
    "box": {
     "id": "obj-81",
     "maxclass": "message",
     "numinlets": 2,
     "numoutlets": 1,
     "patching_rect": [
      20,
      892.0,
      330,
      22.0
     ],
     "text": "",
     "outlettype": [
      ""
     ],
     "presentation": 1,
     "presentation_rect": [
      20,
      408.0,
      760,
      22
     ]
    }
   }
  ],
  "lines": [
   {
    "patchline": {
     "source": [
      "obj-4",
      0
     ],
     "destination": [
      "obj-3",
      0
     ],
     "order": 0
    }
   },
   {
    "patchline": {
     "source": [
      "obj-5",
      0
     ],
     "destination": [
      "obj-6",
      0
     ],
     "order": 0
    }
   },
   {
    "patchline": {
     "source": [
      "obj-5",
      1
     ],
     "destination": [
      "obj-6",
      1
     ],
     "order": 1
    }
   },
   {
    "patchline": {
     "source": [
      "obj-5",
      2
     ],
     "destination": [
      "obj-6",
      2
     ],
     "order": 2
    }
   },
   {
    "patchline": {
     "source": [
      "obj-6",
      0
     ],
     "destination": [
      "obj-3",
      1
     ],
     "order": 0
    }
   },
   {
    "patchline": {
     "source": [
      "obj-3",
      0
     ],
     "destination": [
      "obj-8",
      0
     ],
     "order": 0
    }
   },
   {
    "patchline": {
     "source": [
      "obj-8",
      0
     ],
     "destination": [
      "obj-9",
      0
     ],
     "order": 0
    }
   },
   {
    "patchline": {
     "source": [
      "obj-8",
      1
     ],
     "destination": [
      "obj-9",
      1
     ],
     "order": 1
    }
   },
   {
    "patchline": {
     "source": [
      "obj-8",
      2
     ],
     "destination": [
      "obj-9",
      2
     ],
     "order": 2
    }
   },
   {
    "patchline": {
     "source": [
      "obj-11",
      0
     ],
     "destination": [
      "obj-10",
      0
     ],
     "order": 0
    }
   },
   {
    "patchline": {
     "source": [
      "obj-12",
      0
     ],
     "destination": [
      "obj-10",
      0
     ],
     "order": 0
    }
   },
   {
    "patchline": {
     "source": [
      "obj-13",
      0
     ],
     "destination": [
      "obj-10",
      0
     ],
     "order": 0
    }
   },
   {
    "patchline": {
     "source": [
      "obj-14",
      0
     ],
     "destination": [
      "obj-10",
      0
     ],
     "order": 0
    }
   },
   {
    "patchline": {
     "source": [
      "obj-3",
      2
     ],
     "destination": [
      "obj-15",
      0
     ],
     "order": 0
    }
   },
   {
    "patchline": {
     "source": [
      "obj-15",
      0
     ],
     "destination": [
      "obj-16",
      0
     ],
     "order": 0
    }
   },
   {
    "patchline": {
     "source": [
      "obj-16",
      0
     ],
     "destination": [
      "obj-17",
      0
     ],
     "order": 0
    }
   },
   {
    "patchline": {
     "source": [
      "obj-17",
      0
     ],
     "destination": [
      "obj-18",
      0
     ],
     "order": 0
    }
   },
   {
    "patchline": {
     "source": [
      "obj-16",
      0
     ],
     "destination": [
      "obj-19",
      0
     ],
     "order": 0
    }
   },
   {
    "patchline": {
     "source": [
      "obj-19",
      0
     ],
     "destination": [
      "obj-20",
      0
     ],
     "order": 0
    }
   },
   {
    "patchline": {
     "source": [
      "obj-20",
      0
     ],
     "destination": [
      "obj-21",
      0
     ],
     "order": 0
    }
   },
   {
    "patchline": {
     "source": [
      "obj-21",
      0
     ],
     "destination": [
      "obj-10",
      0
     ],
     "order": 0
    }
   },
   {
    "patchline": {
     "source": [
      "obj-19",
      0
     ],
     "destination": [
      "obj-22",
      0
     ],
     "order": 0
    }
   },
   {
    "patchline": {
     "source": [
      "obj-22",
      0
     ],
     "destination": [
      "obj-23",
      0
     ],
     "order": 0
    }
   },
   {
    "patchline": {
     "source": [
      "obj-23",
      0
     ],
     "destination": [
      "obj-10",
      0
     ],
     "order": 0
    }
   },
   {
    "patchline": {
     "source": [
      "obj-19",
      0
     ],
     "destination": [
      "obj-24",
      0
     ],
     "order": 0
    }
   },
   {
    "patchline": {
     "source": [
      "obj-24",
      0
     ],
     "destination": [
      "obj-25",
      0
     ],
     "order": 0
    }
   },
   {
    "patchline": {
     "source": [
      "obj-25",
      0
     ],
     "destination": [
      "obj-10",
      0
     ],
     "order": 0
    }
   },
   {
    "patchline": {
     "source": [
      "obj-19",
      0
     ],
     "destination": [
      "obj-26",
      0
     ],
     "order": 0
    }
   },
   {
    "patchline": {
     "source": [
      "obj-26",
      0
     ],
     "destination": [
      "obj-27",
      0
     ],
     "order": 0
    }
   },
   {
    "patchline": {
     "source": [
      "obj-27",
      0
     ],
     "destination": [
      "obj-10",
      0
     ],
     "order": 0
    }
   },
   {
    "patchline": {
     "source": [
      "obj-16",
      1
     ],
     "destination": [
      "obj-28",
      0
     ],
     "order": 0
    }
   },
   {
    "patchline": {
     "source": [
      "obj-28",
      0
     ],
     "destination": [
      "obj-29",
      0
     ],
     "order": 0
    }
   },
   {
    "patchline": {
     "source": [
      "obj-16",
      1
     ],
     "destination": [
      "obj-30",
      0
     ],
     "order": 0
    }
   },
   {
    "patchline": {
     "source": [
      "obj-30",
      0
     ],
     "destination": [
      "obj-31",
      0
     ],
     "order": 0
    }
   },
   {
    "patchline": {
     "source": [
      "obj-31",
      0
     ],
     "destination": [
      "obj-32",
      0
     ],
     "order": 0
    }
   },
   {
    "patchline": {
     "source": [
      "obj-32",
      0
     ],
     "destination": [
      "obj-10",
      0
     ],
     "order": 0
    }
   },
   {
    "patchline": {
     "source": [
      "obj-30",
      0
     ],
     "destination": [
      "obj-33",
      0
     ],
     "order": 0
    }
   },
   {
    "patchline": {
     "source": [
      "obj-33",
      0
     ],
     "destination": [
      "obj-34",
      0
     ],
     "order": 0
    }
   },
   {
    "patchline": {
     "source": [
      "obj-34",
      0
     ],
     "destination": [
      "obj-10",
      0
     ],
     "order": 0
    }
   },
   {
    "patchline": {
     "source": [
      "obj-30",
      0
     ],
     "destination": [
      "obj-35",
      0
     ],
     "order": 0
    }
   },
   {
    "patchline": {
     "source": [
      "obj-35",
      0
     ],
     "destination": [
      "obj-36",
      0
     ],
     "order": 0
    }
   },
   {
    "patchline": {
     "source": [
      "obj-36",
      0
     ],
     "destination": [
      "obj-10",
      0
     ],
     "order": 0
    }
   },
   {
    "patchline": {
     "source": [
      "obj-30",
      0
     ],
     "destination": [
      "obj-37",
      0
     ],
     "order": 0
    }
   },
   {
    "patchline": {
     "source": [
      "obj-37",
      0
     ],
     "destination": [
      "obj-38",
      0
     ],
     "order": 0
    }
   },
   {
    "patchline": {
     "source": [
      "obj-38",
      0
     ],
     "destination": [
      "obj-10",
      0
     ],
     "order": 0
    }
   },
   {
    "patchline": {
     "source": [
      "obj-16",
      2
     ],
     "destination": [
      "obj-39",
      0
     ],
     "order": 0
    }
   },
   {
    "patchline": {
     "source": [
      "obj-39",
      0
     ],
     "destination": [
      "obj-40",
      0
     ],
     "order": 0
    }
   },
   {
    "patchline": {
     "source": [
      "obj-16",
      2
     ],
     "destination": [
      "obj-41",
      0
     ],
     "order": 0
    }
   },
   {
    "patchline": {
     "source": [
      "obj-41",
      0
     ],
     "destination": [
      "obj-42",
      0
     ],
     "order": 0
    }
   },
   {
    "patchline": {
     "source": [
      "obj-42",
      0
     ],
     "destination": [
      "obj-43",
      0
     ],
     "order": 0
    }
   },
   {
    "patchline": {
     "source": [
      "obj-43",
      0
     ],
     "destination": [
      "obj-10",
      0
     ],
     "order": 0
    }
   },
   {
    "patchline": {
     "source": [
      "obj-41",
      0
     ],
     "destination": [
      "obj-44",
      0
     ],
     "order": 0
    }
   },
   {
    "patchline": {
     "source": [
      "obj-44",
      0
     ],
     "destination": [
      "obj-45",
      0
     ],
     "order": 0
    }
   },
   {
    "patchline": {
     "source": [
      "obj-45",
      0
     ],
     "destination": [
      "obj-10",
      0
     ],
     "order": 0
    }
   },
   {
    "patchline": {
     "source": [
      "obj-41",
      0
     ],
     "destination": [
      "obj-46",
      0
     ],
     "order": 0
    }
   },
   {
    "patchline": {
     "source": [
      "obj-46",
      0
     ],
     "destination": [
      "obj-47",
      0
     ],
     "order": 0
    }
   },
   {
    "patchline": {
     "source": [
      "obj-47",
      0
     ],
     "destination": [
      "obj-10",
      0
     ],
     "order": 0
    }
   },
   {
    "patchline": {
     "source": [
      "obj-41",
      0
     ],
     "destination": [
      "obj-48",
      0
     ],
     "order": 0
    }
   },
   {
    "patchline": {
     "source": [
      "obj-48",
      0
     ],
     "destination": [
      "obj-49",
      0
     ],
     "order": 0
    }
   },
   {
    "patchline": {
     "source": [
      "obj-49",
      0
     ],
     "destination": [
      "obj-10",
      0
     ],
     "order": 0
    }
   },
   {
    "patchline": {
     "source": [
      "obj-16",
      3
     ],
     "destination": [
      "obj-50",
      0
     ],
     "order": 0
    }
   },
   {
    "patchline": {
     "source": [
      "obj-50",
      0
     ],
     "destination": [
      "obj-51",
      0
     ],
     "order": 0
    }
   },
   {
    "patchline": {
     "source": [
      "obj-16",
      3
     ],
     "destination": [
      "obj-52",
      0
     ],
     "order": 0
    }
   },
   {
    "patchline": {
     "source": [
      "obj-52",
      0
     ],
     "destination": [
      "obj-53",
      0
     ],
     "order": 0
    }
   },
   {
    "patchline": {
     "source": [
      "obj-53",
      0
     ],
     "destination": [
      "obj-54",
      0
     ],
     "order": 0
    }
   },
   {
    "patchline": {
     "source": [
      "obj-54",
      0
     ],
     "destination": [
      "obj-10",
      0
     ],
     "order": 0
    }
   },
   {
    "patchline": {
     "source": [
      "obj-52",
      0
     ],
     "destination": [
      "obj-55",
      0
     ],
     "order": 0
    }
   },
   {
    "patchline": {
     "source": [
      "obj-55",
      0
     ],
     "destination": [
      "obj-56",
      0
     ],
     "order": 0
    }
   },
   {
    "patchline": {
     "source": [
      "obj-56",
      0
     ],
     "destination": [
      "obj-10",
      0
     ],
     "order": 0
    }
   },
   {
    "patchline": {
     "source": [
      "obj-52",
      0
     ],
     "destination": [
      "obj-57",
      0
     ],
     "order": 0
    }
   },
   {
    "patchline": {
     "source": [
      "obj-57",
      0
     ],
     "destination": [
      "obj-58",
      0
     ],
     "order": 0
    }
   },
   {
    "patchline": {
     "source": [
      "obj-58",
      0
     ],
     "destination": [
      "obj-10",
      0
     ],
     "order": 0
    }
   },
   {
    "patchline": {
     "source": [
      "obj-52",
      0
     ],
     "destination": [
      "obj-59",
      0
     ],
     "order": 0
    }
   },
   {
    "patchline": {
     "source": [
      "obj-59",
      0
     ],
     "destination": [
      "obj-60",
      0
     ],
     "order": 0
    }
   },
   {
    "patchline": {
     "source": [
      "obj-60",
      0
     ],
     "destination": [
      "obj-10",
      0
     ],
     "order": 0
    }
   },
   {
    "patchline": {
     "source": [
      "obj-16",
      4
     ],
     "destination": [
      "obj-61",
      0
     ],
     "order": 0
    }
   },
   {
    "patchline": {
     "source": [
      "obj-61",
      0
     ],
     "destination": [
      "obj-62",
      0
     ],
     "order": 0
    }
   },
   {
    "patchline": {
     "source": [
      "obj-16",
      4
     ],
     "destination": [
      "obj-63",
      0
     ],
     "order": 0
    }
   },
   {
    "patchline": {
     "source": [
      "obj-63",
      0
     ],
     "destination": [
      "obj-64",
      0
     ],
     "order": 0
    }
   },
   {
    "patchline": {
     "source": [
      "obj-64",
      0
     ],
     "destination": [
      "obj-65",
      0
     ],
     "order": 0
    }
   },
   {
    "patchline": {
     "source": [
      "obj-65",
      0
     ],
     "destination": [
      "obj-10",
      0
     ],
     "order": 0
    }
   },
   {
    "patchline": {
     "source": [
      "obj-63",
      0
     ],
     "destination": [
      "obj-66",
      0
     ],
     "order": 0
    }
   },
   {
    "patchline": {
     "source": [
      "obj-66",
      0
     ],
     "destination": [
      "obj-67",
      0
     ],
     "order": 0
    }
   },
   {
    "patchline": {
     "source": [
      "obj-67",
      0
     ],
     "destination": [
      "obj-10",
      0
     ],
     "order": 0
    }
   },
   {
    "patchline": {
     "source": [
      "obj-63",
      0
     ],
     "destination": [
      "obj-68",
      0
     ],
     "order": 0
    }
   },
   {
    "patchline": {
     "source": [
      "obj-68",
      0
     ],
     "destination": [
      "obj-69",
      0
     ],
     "order": 0
    }
   },
   {
    "patchline": {
     "source": [
      "obj-69",
      0
     ],
     "destination": [
      "obj-10",
      0
     ],
     "order": 0
    }
   },
   {
    "patchline": {
     "source": [
      "obj-63",
      0
     ],
     "destination": [
      "obj-70",
      0
     ],
     "order": 0
    }
   },
   {
    "patchline": {
     "source": [
      "obj-70",
      0
     ],
     "destination": [
      "obj-71",
      0
     ],
     "order": 0
    }
   },
   {
    "patchline": {
     "source": [
      "obj-71",
      0
     ],
     "destination": [
      "obj-10",
      0
     ],
     "order": 0
    }
   },
   {
    "patchline": {
     "source": [
      "obj-73",
      0
     ],
     "destination": [
      "obj-74",
      0
     ],
     "order": 0
    }
   },
   {
    "patchline": {
     "source": [
      "obj-15",
      1
     ],
     "destination": [
      "obj-73",
      0
     ],
     "order": 0
    }
   },
   {
    "patchline": {
     "source": [
      "obj-74",
      0
     ],
     "destination": [
      "obj-75",
      0
     ],
     "order": 0
    }
   },
   {
    "patchline": {
     "source": [
      "obj-77",
      0
     ],
     "destination": [
      "obj-78",
      0
     ],
     "order": 0
    }
   },
   {
    "patchline": {
     "source": [
      "obj-15",
      2
     ],
     "destination": [
      "obj-77",
      0
     ],
     "order": 0
    }
   },
   {
    "patchline": {
     "source": [
      "obj-78",
      0
     ],
     "destination": [
      "obj-79",
      0
     ],
     "order": 0
    }
   },
   {
    "patchline": {
     "source": [
      "obj-3",
      3
     ],
     "destination": [
      "obj-80",
      0
     ],
     "order": 0
    }
   },
   {
    "patchline": {
     "source": [
      "obj-80",
      0
     ],
     "destination": [
      "obj-81",
      0
     ],
     "order": 0
    }
   }
  ],
  "dependency_cache": [],
  "autosave": 0
 }
}
